using EdgeAgent.Cli;
using EdgeAgent.Inference.Trials;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.State;

namespace EdgeAgent.Doctor;

/// <summary>Whether the devices that the configuration allows find room in the memory that the agent may have.</summary>
internal static class MemoryFindings
{
    private const string Area = "memory";

    /// <param name="options">The configuration.</param>
    /// <param name="limits">What the agent may have.</param>
    /// <param name="verdicts">What came of trying its models.</param>
    public static IEnumerable<Finding> Check(
        AgentOptions options, MemoryLimits limits, IReadOnlyDictionary<string, TrialVerdict> verdicts)
    {
        var bound = MemoryWords.BoundOf(options, verdicts);
        yield return Of(bound, limits.Least());
        if (Folder(options) is { } folder && DiskFacts.RoomOf(folder) is { } room && room.FreeBytes + Used(folder) < bound.RuntimeBytes)
            yield return Finding.Warning(Area,
                $"{folder} has room for {Words.Bytes(room.FreeBytes + Used(folder))}, and what must survive the process may take "
                    + $"{Words.Bytes(bound.RuntimeBytes)}: devices beyond it begin anew after a kill",
                "give it more room (the chart's runtimeSize, the tmpfs's size), or lower device_limit");
    }

    /// <summary>The bound against a limit.</summary>
    public static Finding Of(MemoryBound bound, MemoryLimit? limit)
    {
        var text = MemoryWords.Of(bound);
        if (limit is null) return Finding.Fine(Area, text);
        if (bound.Bytes <= limit.Bytes) return Finding.Fine(Area, $"{text}; it may have {Words.Bytes(limit.Bytes)} ({limit.Where})");
        return Finding.Warning(
            Area,
            $"{text}, but it may have only {Words.Bytes(limit.Bytes)} ({limit.Where}): with so many devices the kernel "
                + (limit.IsSoft ? "slows it down until it judges nothing in time" : "ends it"),
            $"raise the limit ({(limit.IsSoft ? "MemoryHigh" : "MemoryMax")} of the unit, resources.limits.memory of the chart)"
                + Fitting(bound, limit));
    }

    /// <summary>How many devices would fit.</summary>
    private static string Fitting(MemoryBound bound, MemoryLimit limit)
    {
        if (bound.Sources is not [{ DeviceBytes: > 0 } source]) return ", or lower device_limit of the sources";
        var devices = (limit.Bytes - bound.FixedBytes) / source.DeviceBytes;
        return devices < 1 ? "" : $", or set device_limit of {source.Source} to {devices / 10 * 10} or less";
    }

    private static string? Folder(AgentOptions options) =>
        RuntimeFolder.Candidates(options.RuntimeFolder, options.StateFolder).FirstOrDefault(Directory.Exists);

    private static long Used(string folder)
    {
        try
        {
            return Directory.EnumerateFiles(folder, "lane-*").Sum(f => new FileInfo(f).Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
