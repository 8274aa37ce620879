using System.CommandLine;
using System.Text.Json;
using EdgeAgent.Control;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent status</c>: the running agent at a glance.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(2);

    public static Command Build()
    {
        var agent = new AgentArgument();
        var json = new Option<bool>("--json") { Description = "Print a line of JSON" };
        var watch = new Option<bool>("--watch", "-w") { Description = "Again every two seconds, until Ctrl+C" };
        var command = new Command("status",
            "Shows what the running agent hears, judges, owes and has delivered.\n\nExample: edgeagent status --watch") { json, watch };
        agent.AddTo(command);
        command.SetAction((parsed, cancel) => parsed.GetValue(watch)
            ? WatchAsync(agent, parsed, parsed.GetValue(json), cancel)
            : agent.AskAsync(parsed, client => client.AskAsync("GET", ControlRequests.StatusPath, cancel: cancel), answer =>
            {
                Console.Out.Write(Text(answer, parsed.GetValue(json)));
                return ExitCodes.Fine;
            }));
        return command;
    }

    private static async Task<int> WatchAsync(AgentArgument agent, ParseResult parsed, bool json, CancellationToken cancel)
    {
        if (agent.Folder(parsed) is not { } folder) return ExitCodes.BadConfiguration;
        using var screen = json || Console.IsOutputRedirected ? null : new Screen(Console.Out);
        while (!cancel.IsCancellationRequested)
        {
            var (text, isTrouble) = await AskAsync(folder, json, cancel).ConfigureAwait(false);
            if (screen is not null) screen.Show(text);
            else await (isTrouble ? Console.Error : Console.Out).WriteAsync(text).ConfigureAwait(false);
            await Task.Delay(WatchEvery, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return ExitCodes.Fine;
    }

    /// <summary>An agent that is away may come back: who watches waits for it.</summary>
    private static async Task<(string Text, bool IsTrouble)> AskAsync(string folder, bool json, CancellationToken cancel)
    {
        try
        {
            var answer = await new ControlClient(folder).AskAsync("GET", ControlRequests.StatusPath, cancel: cancel).ConfigureAwait(false);
            return answer is { IsFine: true }
                ? (Text(answer, json), false) : ($"edgeagent: {answer?.Text ?? AgentArgument.NobodyRuns(folder)}\n", true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ($"edgeagent: {e.Message}\n", true);
        }
        catch (OperationCanceledException)
        {
            return ("", false);
        }
    }

    private static string Text(ControlAnswer answer, bool json)
    {
        if (json) return answer.Text + "\n";
        var report = JsonSerializer.Deserialize(answer.Body, ControlJson.Default.StatusReport)!;
        using var text = new StringWriter();
        new StatusView(text, Palette.Of(Console.IsOutputRedirected)).Show(report);
        return text.ToString();
    }

    /// <summary>The terminal's other screen, so that what stood there before comes back at the end.</summary>
    private sealed class Screen : IDisposable
    {
        private readonly TextWriter _output;

        public Screen(TextWriter output)
        {
            _output = output;
            _output.Write("\e[?1049h\e[?25l");
        }

        /// <summary>What does not fit is left out at the end: scrolled, the picture would jump.</summary>
        public void Show(string text)
        {
            var lines = text.TrimEnd('\n').Split('\n');
            var height = Math.Max(2, Console.WindowHeight);
            if (lines.Length > height) lines = [.. lines[..(height - 1)], $"… {lines.Length - height + 1} more lines"];
            _output.Write("\e[H" + string.Join("\e[K\n", lines) + "\e[K\e[J");
        }

        public void Dispose() => _output.Write("\e[?25h\e[?1049l");
    }
}
