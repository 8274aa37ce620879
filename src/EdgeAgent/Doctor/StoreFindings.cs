using EdgeAgent.Cli;
using EdgeAgent.Files;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Doctor;

/// <summary>The outbox's files: whole or damaged, what is owed in them, what was set aside.</summary>
internal static class StoreFindings
{
    private const string Area = "store";

    /// <param name="options">The configuration.</param>
    /// <param name="isAgentThere">An agent may be writing to it.</param>
    public static IEnumerable<Finding> Check(AgentOptions options, bool isAgentThere)
    {
        var path = Path.Combine(options.StateFolder, "outbox.db");
        foreach (var finding in CheckStore(path, options, isAgentThere)) yield return finding;
        foreach (var aside in Aside(path))
            yield return Finding.Warning(Area, $"{aside} was set aside as damaged; what was whole was carried over within the time allowed",
                $"edgeagent outbox export --file {aside} shows the rest; then delete it");
    }

    private static IEnumerable<Finding> CheckStore(string path, AgentOptions options, bool isAgentThere)
    {
        if (FileRights.IsForbidden(path))
            return [Finding.Warning(Area, $"{path} cannot be looked at: this user may not", "run it as the agent's user, or as root")];
        if (!File.Exists(path) && !File.Exists(path + "-wal")) return [Finding.Fine(Area, $"there is no {path} yet; the agent makes it")];
        var before = Trace(path);
        var facts = StoreInspection.Inspect(path, isAlone: !isAgentThere);
        // Without locks, somebody else's write looks like damage.
        if (facts.Damage is not null && Trace(path) != before)
            return [Finding.Warning(Area, $"{path} changed while it was looked at", "run it again")];
        if (facts.NotReadable is { } why)
            return [Finding.Warning(Area, $"{path} cannot be looked at: {why}", "run it as the agent's user, or as root")];
        if (facts.Damage is { } damage)
            return [Finding.Bad(Area, $"{path} is damaged: {damage}",
                "restart the agent: it sets the file aside and carries over what is whole; then look at the disk (dmesg)")];
        if (facts.IsOlder) return [Finding.Fine(Area, $"{path} is of an earlier version; the agent's next start carries it over")];
        return Contents(path, options, facts);
    }

    private static IEnumerable<Finding> Contents(string path, AgentOptions options, StoreFacts facts)
    {
        var oldest = facts.OldestTicks == 0 ? "" : $", the oldest {Age(facts.OldestTicks)}";
        var part = facts.IsPart ? " (not read to its end)" : "";
        yield return Finding.Fine(Area, $"{Words.Count(facts.Whole)} owed on disk, {Words.Bytes(facts.Bytes)}{oldest}{part}; files {Words.Bytes(StoreFiles.Bytes(path))}, of which the log {Words.Bytes(Length(path + "-wal"))}");
        if (facts.DamagedRows > 0)
            yield return Finding.Bad(Area, $"{Words.Count(facts.DamagedRows)} owed events are damaged: their check sum does not hold",
                "the agent quarantines them when it reads them; look at the disk (dmesg)");
        if (facts.Quarantined > 0)
            yield return Finding.Warning(Area, $"{Words.Count(facts.Quarantined)} events are quarantined: refused by upstream, or damaged",
                "edgeagent outbox list --quarantined says why; edgeagent outbox replay owes the refused ones again");
        if (StoreFiles.Bytes(path) > options.Upstream.Outbox.Size)
            yield return Finding.Warning(
                Area, "its files are larger than upstream.buffer.size", "the agent makes them smaller while it runs; give it some minutes");
        if (facts.OldestTicks > DateTime.UtcNow.Ticks)
            yield return Finding.Warning(Area, "its oldest event is from the future, so this machine's clock was set back",
                "see the clock; the event's age counts from the agent's start");
    }

    private static IEnumerable<string> Aside(string path) =>
        Path.GetDirectoryName(path) is { } folder && Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, Path.GetFileName(path) + ".corrupt-*", new EnumerationOptions())
                .Where(f => !f.EndsWith("-wal", StringComparison.Ordinal)
                    && !f.EndsWith("-shm", StringComparison.Ordinal) && !f.EndsWith("-journal", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
            : [];

    private static string Age(long ticks) => $"{Words.Duration(TimeSpan.FromTicks(Math.Max(0, DateTime.UtcNow.Ticks - ticks)))} old";

    private static (long, DateTime, long, DateTime) Trace(string path) =>
        (Length(path), File.GetLastWriteTimeUtc(path), Length(path + "-wal"), File.GetLastWriteTimeUtc(path + "-wal"));

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
