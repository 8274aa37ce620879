using System.Globalization;

namespace EdgeAgent.Doctor;

/// <summary>How many threads and open files a process may have here, and who says so.</summary>
/// <param name="root">Where <c>/proc</c> and <c>/sys</c> lie; another folder in tests.</param>
internal sealed class ProcessLimits(string root = "/")
{
    private readonly ControlGroups _groups = new(root);

    /// <summary>The least limit of threads; null: there is none.</summary>
    public (long Limit, string Where)? Threads()
    {
        var limits = _groups.Version2("pids.max").Concat(_groups.Version1("pids", "pids.max"))
            .Select(path => (Limit: ControlGroups.Read(path) ?? long.MaxValue, Where: path))
            .Append((Limit: Of("Max processes"), Where: "ulimit -u"));
        return limits.MinBy(l => l.Limit) is { Limit: < long.MaxValue } least ? least : null;
    }

    /// <summary>Files and connections that may be open at once; null: it is not known.</summary>
    public long? OpenFiles() => Of("Max open files") is var limit and < long.MaxValue ? limit : null;

    /// <summary>The hard limit: the agent's runtime raises the soft one to it.</summary>
    private long Of(string name)
    {
        try
        {
            var line = File.ReadLines(Path.Combine(root, "proc/self/limits"))
                .FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
            var words = line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words is [_, var hard, ..] && long.TryParse(hard, CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }
}

/// <summary>Whether the agent may have as many threads and open files as it needs.</summary>
internal static class ProcessFindings
{
    private const string Area = "limits";
    /// <summary>One for each lane, source and store, and those of the runtime.</summary>
    private const int ThreadsNeeded = 40;
    /// <summary>Connections, those that ask, the store, the models, and the runtime's own.</summary>
    private const int FilesNeeded = 256;

    public static IEnumerable<Finding> Check(ProcessLimits limits)
    {
        if (limits.Threads() is (< ThreadsNeeded, _) threads)
            yield return Finding.Warning(
                Area, $"it may have only {threads.Limit} threads ({threads.Where}), and it needs about {ThreadsNeeded}",
                "raise TasksMax of the unit, the container's pids limit, or ulimit -u");
        if (limits.OpenFiles() is < FilesNeeded and var files)
            yield return Finding.Warning(
                Area, $"it may open only {files} files and connections (ulimit -n), and it needs about {FilesNeeded}",
                "raise LimitNOFILE of the unit, or ulimit -n");
    }
}
