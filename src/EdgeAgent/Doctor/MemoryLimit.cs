using System.Globalization;

namespace EdgeAgent.Doctor;

/// <summary>How much memory the agent may have, and who says so.</summary>
/// <param name="Bytes">So much.</param>
/// <param name="Where">The file that says so.</param>
/// <param name="IsSoft">Beyond it a process is slowed down (systemd's <c>MemoryHigh</c>), not ended.</param>
internal sealed record MemoryLimit(long Bytes, string Where, bool IsSoft = false);

/// <summary>Reads the limits of memory that the kernel holds a process to: of its control groups, and of the machine.</summary>
/// <param name="root">Where <c>/proc</c> and <c>/sys</c> lie; another folder in tests.</param>
internal sealed class MemoryLimits(string root = "/")
{
    private const string Unit = "system.slice/edgeagent.service";

    /// <summary>The least of those that hold here; null: there is none below the machine's own memory, which is not known.</summary>
    public MemoryLimit? Least() => All().MinBy(l => l.Bytes);

    private IEnumerable<MemoryLimit> All()
    {
        var version2 = Version2(OwnGroup("0::")).Concat(Version2(Unit));
        foreach (var limit in version2.Concat(Version1(OwnGroup(":memory:"))).Concat(Version1(Unit)))
            yield return limit;
        if (Physical() is { } physical) yield return physical;
    }

    /// <summary>A group is held to the limits of those above it, too.</summary>
    private IEnumerable<MemoryLimit> Version2(string? group) => Above("sys/fs/cgroup", group).SelectMany(folder =>
        new[] { Read(Path.Combine(folder, "memory.max")), Read(Path.Combine(folder, "memory.high"), isSoft: true) }
            .OfType<MemoryLimit>());

    private IEnumerable<MemoryLimit> Version1(string? group) => Above("sys/fs/cgroup/memory", group)
        .Select(folder => Read(Path.Combine(folder, "memory.limit_in_bytes"))).OfType<MemoryLimit>();

    private IEnumerable<string> Above(string mount, string? group)
    {
        if (group is null) yield break;
        var top = Path.Combine(root, mount);
        for (var folder = Path.GetFullPath(Path.Combine(top, group)); folder.StartsWith(top, StringComparison.Ordinal);
            folder = Path.GetDirectoryName(folder)!)
            yield return folder;
    }

    private string? OwnGroup(string mark)
    {
        try
        {
            var line = File.ReadLines(Path.Combine(root, "proc/self/cgroup"))
                .FirstOrDefault(l => l.Contains(mark, StringComparison.Ordinal));
            return line?[(line.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..].TrimStart('/');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>"max", or a number beyond any machine, is none.</summary>
    private static MemoryLimit? Read(string path, bool isSoft = false)
    {
        try
        {
            return File.Exists(path) && long.TryParse(File.ReadAllText(path).Trim(), CultureInfo.InvariantCulture, out var bytes)
                && bytes is > 0 and < 1L << 60 ? new MemoryLimit(bytes, path, isSoft) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private MemoryLimit? Physical()
    {
        try
        {
            var path = Path.Combine(root, "proc/meminfo");
            var line = File.ReadLines(path).FirstOrDefault(l => l.StartsWith("MemTotal:", StringComparison.Ordinal));
            var words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words is [_, var kilobytes, ..] && long.TryParse(kilobytes, CultureInfo.InvariantCulture, out var value)
                ? new MemoryLimit(value * 1024, path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
