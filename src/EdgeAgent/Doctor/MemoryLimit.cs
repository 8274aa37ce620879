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
    private readonly ControlGroups _groups = new(root);

    /// <summary>The least of those that hold here; null: there is none below the machine's own memory, which is not known.</summary>
    public MemoryLimit? Least() => All().MinBy(l => l.Bytes);

    private IEnumerable<MemoryLimit> All()
    {
        foreach (var path in _groups.Version2("memory.max", "memory.high").Concat(_groups.Version1("memory", "memory.limit_in_bytes")))
            if (ControlGroups.Read(path) is { } bytes)
                yield return new MemoryLimit(bytes, path, IsSoft: path.EndsWith("memory.high", StringComparison.Ordinal));
        if (Physical() is { } physical) yield return physical;
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
