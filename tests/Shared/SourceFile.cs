using System.Text.RegularExpressions;

namespace EdgeAgent.TestSupport;

/// <summary>A file of source code, for tests that check the source itself.</summary>
/// <param name="Name">Path below the folder that was read, with forward slashes.</param>
/// <param name="Text">All of it.</param>
internal sealed partial record SourceFile(string Name, string Text)
{
    public int LineCount => Text.AsSpan().Count('\n');

    /// <summary>The longest line without what stands in string literals: a text is not cut for the sake of the width.</summary>
    public int LongestLine => Literal().Replace(Text, "\"\"").Split('\n').Max(l => l.Length);

    /// <summary>The text without comments.</summary>
    public string Code { get; } = Comment().Replace(Text, "");

    /// <summary>All C# files below a folder of the repository, in the order of their names.</summary>
    public static SourceFile[] ReadAll(string below)
    {
        var folder = Repository.File(below);
        return [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: path, Name: Path.GetRelativePath(folder, path).Replace('\\', '/')))
            .Where(f => !f.Name.Split('/').Any(part => part is "bin" or "obj"))
            .OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => new SourceFile(f.Name, File.ReadAllText(f.Path)))];
    }

    /// <summary>Whether the code names the namespace, in full or, as its neighbours may, by its last part.</summary>
    public bool Knows(string space) =>
        Regex.IsMatch(Code, $@"\b{Regex.Escape(space)}\b|(?<![\w.]){space[(space.LastIndexOf('.') + 1)..]}\.[A-Z]");

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?s:\x22{3,}.*?\x22{3,})|\x22(?:\\.|[^\x22\\\n])*\x22|@\x22(?:\x22\x22|[^\x22])*\x22")]
    private static partial Regex Literal();
}
