using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.Control;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Cli;

/// <summary>
/// <c>edgeagent outbox</c>: what is owed, seen read-only, with the agent running or stopped; and the two things that change it.
/// </summary>
internal static class OutboxCommand
{
    public static Command Build()
    {
        var command = new Command("outbox", "What is owed to upstream.\n\nExample: edgeagent outbox stats");
        command.Subcommands.Add(
            Looking("stats", "Counts what is owed, by severity, and what it takes of the disk.\n\nExample: edgeagent outbox stats", Stats));
        command.Subcommands.Add(
            Looking("list", "Lists owed events in the order of sending.\n\nExample: edgeagent outbox list --quarantined", List));
        command.Subcommands.Add(Looking(
            "export", "Prints events as JSON lines: one CloudEvent a line.\n\nExample: edgeagent outbox export > owed.jsonl", Export));
        command.Subcommands.Add(OutboxChanges.BuildPurge());
        command.Subcommands.Add(OutboxChanges.BuildReplay());
        return command;
    }

    private static Command Looking(string name, string description, Action<OutboxReader, string, bool, int> tell)
    {
        var agent = new AgentArgument();
        var file = new Option<string?>("--file") { Description = "A store's file, such as one that was set aside", HelpName = "FILE" };
        var quarantined = new Option<bool>("--quarantined") { Description = "Those that cannot be sent: damaged, or refused by upstream" };
        var limit = new Option<int>("--limit")
        {
            Description = "At most so many", HelpName = "N", DefaultValueFactory = _ => name == "list" ? 100 : int.MaxValue,
        };
        limit.Validators.Add(r =>
        {
            if (r.Tokens is [{ Value: var text }] && int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number < 1)
                r.AddError($"--limit is {text}; expected 1 or more");
        });
        var command = new Command(name, description) { file, quarantined, limit };
        agent.AddTo(command);
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file) ?? (agent.Folder(parsed) is { } folder ? Path.Combine(folder, "outbox.db") : null);
            if (path is null) return ExitCodes.BadConfiguration;
            try
            {
                using var reader = new OutboxReader(path);
                tell(reader, path, parsed.GetValue(quarantined), parsed.GetValue(limit));
                return ExitCodes.Fine;
            }
            catch (IOException e)
            {
                Say.Error($"{path}: {e.Message}");
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    private static void Stats(OutboxReader reader, string path, bool isQuarantined, int limit)
    {
        var owed = reader.Owed();
        Console.WriteLine(
            $"{owed.Sum(o => o.Count)} owed on disk, {reader.Quarantined()} quarantined; {Words.Bytes(StoreFiles.Bytes(path))} of files");
        if (owed.Count == 0) return;
        var table = new TextTable("severity", ">events", ">bytes", "oldest", "youngest");
        foreach (var (severity, count, bytes, first, last) in owed)
            table.Add(CloudEventEncoder.SeverityName(severity), Words.Count(count), Words.Bytes(bytes), Time(first), Time(last));
        table.Print(Console.Out, indent: "  ");
    }

    private static void List(OutboxReader reader, string path, bool isQuarantined, int limit) =>
        List(reader, isQuarantined, limit, Console.Out, Console.Error);

    /// <summary>The table on one, and whether it was cut on the other, so that programs read the table alone.</summary>
    internal static void List(OutboxReader reader, bool isQuarantined, int limit, TextWriter output, TextWriter notes)
    {
        var table = new TextTable("severity", "made", "device", "id", ">bytes", isQuarantined ? "why" : "topic");
        foreach (var row in reader.Rows(isQuarantined).Take(limit))
            if (row.Entry is { } entry)
                table.Add(CloudEventEncoder.SeverityName(entry.Severity), Time(entry.CreatedTicks), Device(entry.Payload), entry.Id,
                    entry.Payload.Length.ToString(CultureInfo.InvariantCulture), row.Reason ?? entry.Topic);
            else
                table.Add("?", "?", "?", $"row {row.Sequence}", "?", row.Reason ?? "damaged");
        table.Print(output, indent: "");
        var all = isQuarantined ? reader.Quarantined() : reader.Owed().Sum(o => o.Count);
        if (all > limit) notes.WriteLine($"the first {Words.Count(limit)} of {Words.Count(all)}; --limit {all} lists all");
    }

    private static void Export(OutboxReader reader, string path, bool isQuarantined, int limit)
    {
        using var output = Console.OpenStandardOutput();
        var damaged = 0;
        foreach (var row in reader.Rows(isQuarantined).Take(limit))
        {
            if (row.Entry is null)
            {
                damaged++;
                continue;
            }
            output.Write(row.Entry.Payload);
            output.Write("\n"u8);
        }
        if (damaged > 0) Say.Error($"{damaged} damaged events left out");
    }

    /// <summary>The payload is a CloudEvent of ours; anything else has no subject.</summary>
    private static string Device(byte[] payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            return json.RootElement.GetProperty("subject").GetString() ?? "";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "?";
        }
    }

    private static string Time(long ticks) =>
        new DateTime(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc)
            .ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
