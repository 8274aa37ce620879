using System.Globalization;

namespace EdgeAgent.Doctor;

/// <summary>Finds the control groups that hold this process, or the service, and what they allow.</summary>
/// <param name="root">Where <c>/proc</c> and <c>/sys</c> lie; another folder in tests.</param>
internal sealed class ControlGroups(string root)
{
    private const string Unit = "system.slice/edgeagent.service";

    /// <summary>Files that may hold a limit, those of the own groups first: a group is held to the limits of those above it, too.</summary>
    public IEnumerable<string> Version2(params string[] names) => Folders("sys/fs/cgroup", "0::")
        .SelectMany(folder => names.Select(name => Path.Combine(folder, name)));

    /// <summary>The same where each controller has groups of its own.</summary>
    public IEnumerable<string> Version1(string controller, string name) => Folders($"sys/fs/cgroup/{controller}", $":{controller}:")
        .Select(folder => Path.Combine(folder, name));

    /// <summary>"max", or a number beyond any machine, is none.</summary>
    public static long? Read(string path)
    {
        try
        {
            return File.Exists(path) && long.TryParse(File.ReadAllText(path).Trim(), CultureInfo.InvariantCulture, out var limit)
                && limit is > 0 and < 1L << 60 ? limit : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private IEnumerable<string> Folders(string mount, string mark) =>
        new[] { Own(mark), Unit }.OfType<string>().SelectMany(group => Above(mount, group));

    private IEnumerable<string> Above(string mount, string group)
    {
        var top = Path.Combine(root, mount);
        for (var folder = Path.GetFullPath(Path.Combine(top, group)); folder.StartsWith(top, StringComparison.Ordinal);
            folder = Path.GetDirectoryName(folder)!)
            yield return folder;
    }

    private string? Own(string mark)
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
}
