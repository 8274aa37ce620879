namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>One step of a path in a payload.</summary>
/// <param name="Name">The member's name; null: every member, or an element.</param>
/// <param name="Index">The element's place from 0; <see cref="Every"/>: every element; <see cref="NoIndex"/>: it is no element.</param>
internal readonly record struct PathStep(string? Name, int Index)
{
    public const int Every = -1;
    public const int NoIndex = -2;
}

/// <summary>
/// Paths in a payload: names with dots between, as in <c>header.ts</c>; quotes around a name that has a dot itself, as in
/// <c>"a.b".c</c>; <c>*</c> for every member, <c>[0]</c> for one and <c>[*]</c> for every element of an array.
/// </summary>
internal static class PathSyntax
{
    /// <summary>Before a path that begins at the top of the payload instead of at the row.</summary>
    public const string FromTop = "$.";

    /// <summary>Paths that are tried one beside the other: <c>Value | Value.Body</c>. The last usable one counts.</summary>
    public static string[] Alternatives(string paths) => paths.Split(" | ", StringSplitOptions.TrimEntries);

    /// <summary>Whether a text is a path, from the row or from the top, or several.</summary>
    public static bool IsPath(string paths) => Array.TrueForAll(Alternatives(paths),
        path => TryParse(path.StartsWith(FromTop, StringComparison.Ordinal) ? path[FromTop.Length..] : path) is not null);

    /// <summary>The steps of a path; null where it is none.</summary>
    public static List<PathStep>? TryParse(string path)
    {
        var steps = new List<PathStep>();
        for (var at = 0; at < path.Length;)
        {
            if (path[at] == '[')
            {
                if (!TryTakeElement(path, ref at, steps)) return null;
            }
            else if (!TryTakeName(path, ref at, steps))
            {
                return null;
            }
            if (at == path.Length) break;
            if (path[at] == '[') continue;
            if (path[at] != '.' || ++at == path.Length) return null;
        }
        return steps.Count > 0 ? steps : null;
    }

    private static bool TryTakeElement(string path, ref int at, List<PathStep> steps)
    {
        var end = path.IndexOf(']', at);
        if (end < 0) return false;
        var index = path.AsSpan(at + 1, end - at - 1);
        var place = PathStep.Every;
        if (!index.SequenceEqual("*")
            && (index.Length is 0 or > 6 || index.ContainsAnyExceptInRange('0', '9') || !int.TryParse(index, out place)))
            return false;
        steps.Add(new PathStep(null, place));
        at = end + 1;
        return true;
    }

    private static bool TryTakeName(string path, ref int at, List<PathStep> steps)
    {
        var isQuoted = path[at] == '"';
        var start = isQuoted ? at + 1 : at;
        var end = isQuoted ? path.IndexOf('"', start) : path.AsSpan(start).IndexOfAny('.', '[') is >= 0 and var length
            ? start + length : path.Length;
        if (end <= start) return false;
        var name = path[start..end];
        steps.Add(new PathStep(!isQuoted && name == "*" ? null : name, PathStep.NoIndex));
        at = isQuoted ? end + 1 : end;
        return true;
    }
}
