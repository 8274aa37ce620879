using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeAgent.Configuration;
using EdgeAgent.Control;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Cli;

/// <summary>The commands that change what is owed: a running agent is asked to, a stopped one's store is opened under its lock.</summary>
internal static class OutboxChanges
{
    public static Command BuildPurge()
    {
        var agent = new AgentArgument();
        var severity = new Option<string?>("--severity") { Description = "Only info, warning or critical ones", HelpName = "WORD" };
        severity.AcceptOnlyFromAmong("info", "warning", "critical");
        var older = new Option<string?>("--older-than") { Description = "Only those made before, as in \"2d\"", HelpName = "AGE" };
        older.Validators.Add(r =>
        {
            if (r.Tokens is [{ Value: var text }] && Units.Duration(text) is null)
                r.AddError($"--older-than is \"{text}\"; expected a duration with its unit ({Units.Durations})");
        });
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var command = new Command(
            "purge", "Gives up owed events on disk. They are counted, and upstream is told how many.\n\n"
                + "Example: edgeagent outbox purge --severity info --older-than 2d --yes") { severity, older, yes };
        agent.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            if (!parsed.GetValue(yes) && !Asks("Owed events will never be sent. Go on? [y/N] ")) return Task.FromResult(ExitCodes.Failed);
            var age = parsed.GetValue(older) is { } text ? Units.Duration(text) : null;
            var wish = new OutboxPurge(parsed.GetValue(severity), (age ?? TimeSpan.Zero).TotalSeconds);
            return DoAsync(
                agent, parsed, ControlRequests.PurgePath, JsonSerializer.SerializeToUtf8Bytes(wish, ControlJson.Default.OutboxPurge),
                async outbox => Purged(await outbox.PurgeAsync(wish.Only, wish.Age).ConfigureAwait(false)), cancel);
        });
        return command;
    }

    public static Command BuildReplay()
    {
        var agent = new AgentArgument();
        var command = new Command("replay",
            "Owes again what upstream had refused for ever, after what made it refuse was mended.\n\nExample: edgeagent outbox replay");
        agent.AddTo(command);
        command.SetAction((parsed, cancel) => DoAsync(agent, parsed, ControlRequests.ReplayPath, [],
            async outbox => Replayed(await outbox.ReplayAsync().ConfigureAwait(false)), cancel));
        return command;
    }

    public static string Purged(int count) => $"{count} event{(count == 1 ? "" : "s")} given up";

    public static string Replayed(int count) => $"{count} event{(count == 1 ? "" : "s")} owed again";

    private static async Task<int> DoAsync(
        AgentArgument agent, ParseResult parsed, string path, byte[] body, Func<EventOutbox, Task<string>> work, CancellationToken cancel)
    {
        if (agent.Folder(parsed) is not { } folder) return ExitCodes.BadConfiguration;
        try
        {
            if (await new ControlClient(folder).AskAsync("POST", path, body, cancel).ConfigureAwait(false) is { } answer)
            {
                (answer.IsFine ? Console.Out : Console.Error).WriteLine(Words.Lines(answer.Text));
                return answer.IsFine ? ExitCodes.Fine : ExitCodes.Failed;
            }
            var file = Path.Combine(folder, "outbox.db");
            OutboxReader.Require(file);
            using var own = StateLock.Take(folder);
            // Nothing may make room or grow old meanwhile: only what was asked for happens.
            var options = new OutboxOptions { Size = long.MaxValue / 2, Keep = TimeSpan.FromDays(36_500), Reserve = 0 };
            using var outbox = new EventOutbox(
                OutboxStore.Open(file, TimeProvider.System, NullLogger.Instance), options, TimeProvider.System, NullLogger.Instance);
            Console.WriteLine(await work(outbox).ConfigureAwait(false));
            return ExitCodes.Fine;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Say.ErrorAsync(e.Message).ConfigureAwait(false);
            return ExitCodes.Failed;
        }
    }

    private static bool Asks(string question)
    {
        if (Console.IsInputRedirected)
        {
            Say.Error("say --yes where there is no terminal to ask at");
            return false;
        }
        Console.Error.Write(question);
        return Console.ReadLine() is "y" or "yes";
    }
}
