namespace EdgeAgent.Configuration;

/// <summary>
/// The files of <c>conf.d</c> that belong to the configuration: <c>*.toml</c>. Editors keep locks, copies and swap files beside what
/// they edit; those are left out, and told.
/// </summary>
internal static class DropInFiles
{
    public const string Folder = "conf.d";

    private const string Extension = ".toml";
    private const int NamedLimit = 5;

    /// <summary>In the order of their names.</summary>
    public static string[] Find(string folder, List<ConfigurationError> errors)
    {
        var dropIns = Path.Combine(folder, Folder);
        if (!Directory.Exists(dropIns)) return [];
        try
        {
            var files = Array.FindAll(Directory.GetFiles(dropIns), f => IsRead(Path.GetFileName(f)));
            Array.Sort(files, StringComparer.Ordinal);
            return files;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            errors.Add(new ConfigurationPosition(Folder)
                .Error("", $"the folder {dropIns} cannot be read", "let the agent's user read it"));
            return [];
        }
    }

    /// <summary>Files that are not read although their names are much like those that are.</summary>
    public static IEnumerable<ConfigurationError> LeftOut(string folder)
    {
        string[] names;
        try
        {
            names = [.. Directory.GetFiles(Path.Combine(folder, Folder)).Select(f => Path.GetFileName(f))
                .Where(name => !IsRead(name) && name.Contains(Extension, StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            yield break;
        }
        foreach (var name in names.Take(NamedLimit))
            yield return new ConfigurationPosition($"{Folder}/{name}").Error(
                "", "this file is not read: its name is that of an editor's lock or copy",
                $"what belongs to the configuration ends with {Extension} and does not begin with a dot or #");
        if (names.Length > NamedLimit)
            yield return new ConfigurationPosition(Folder)
                .Error("", $"{names.Length - NamedLimit} more files with such names are not read");
    }

    private static bool IsRead(string name) => name.EndsWith(Extension, StringComparison.Ordinal) && name[0] is not ('.' or '#');
}
