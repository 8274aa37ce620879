using Tomlyn;
using Tomlyn.Syntax;

namespace EdgeAgent.Configuration;

/// <summary>The syntax errors of a TOML file, one a line, without what may be a secret.</summary>
internal static class TomlSyntaxErrors
{
    /// <summary>Further ones are most often no slips of their own.</summary>
    private const int ShownLimit = 3;

    /// <summary>
    /// One slip makes the parser report several things about its line; only the first helps. A missing quote makes an error of each
    /// line that follows: then the line where it is missing is told, and how many follow from it.
    /// </summary>
    public static IEnumerable<ConfigurationError> From(DocumentSyntax document, string text, string file)
    {
        var lines = text.Split('\n');
        List<ConfigurationError> errors = [.. document.Diagnostics
            .Where(message => message.Kind == DiagnosticMessageKind.Error)
            .GroupBy(message => message.Span.Start.Line)
            .OrderBy(group => group.Key)
            .Select(group => Error(group.First(), lines, file))];
        if (TomlQuotes.FindOpen(text, file) is not { } quote) return Some(errors);
        var follow = errors.RemoveAll(error => error.Line >= quote.Line) - 1;
        errors.Add(quote.Error(
            "", "this is not valid TOML: the text that begins here has no closing quote, or one too many stands before",
            "a text stands between two quotes on one line" + (follow > 0 ? $"; {Lines(follow)} because of it" : "")));
        return Some(errors);
    }

    private static List<ConfigurationError> Some(List<ConfigurationError> errors)
    {
        if (errors.Count <= ShownLimit) return errors;
        var more = $"{Lines(errors.Count - ShownLimit)}, most often because of the first";
        var last = errors[ShownLimit - 1];
        return [.. errors.Take(ShownLimit - 1), last with { Remedy = last.Remedy is null ? more : $"{last.Remedy}; {more}" }];
    }

    private static string Lines(int count) => count == 1 ? "1 more line cannot be read" : $"{count} more lines cannot be read";

    /// <summary>The parser throws where lists or tables nest beyond its limit, instead of adding a message.</summary>
    public static ConfigurationError From(TomlException trouble, string file)
        => new ConfigurationPosition(file, trouble.Line ?? 1, trouble.Column ?? 1)
            .Error("", "this is not valid TOML, or lists or tables are nested too deep");

    /// <summary>The parser breaks off where a file ends in the middle of a text.</summary>
    public static ConfigurationError OfEnd(string text, string file) => new ConfigurationPosition(file, text.AsSpan().Count('\n') + 1, 1)
        .Error("", "this is not valid TOML: the file seems to end within a quoted text", "complete the file, or copy it again");

    private static ConfigurationError Error(DiagnosticMessage message, string[] lines, string file)
    {
        var start = message.Span.Start;
        // "already defined at (2,1) with `…`" would quote the whole earlier definition.
        var words = message.Message.Split(" with `")[0];
        var told = MayTell(words, start.Line, lines) ? $": {words}" : "";
        var remedy = words.Contains("for a value", StringComparison.Ordinal)
            ? "texts stand in quotes, lists in [ ], inline tables in { }"
            : null;
        return new ConfigurationPosition(file, start.Line + 1, start.Column + 1).Error("", $"this is not valid TOML{told}", remedy);
    }

    /// <summary>
    /// The parser quotes what it stumbled over, which may be a password without quotes, be it on the line after its key
    /// or on an earlier line that this one contradicts.
    /// </summary>
    private static bool MayTell(string words, int line, string[] lines)
    {
        var near = lines.AsSpan(Math.Clamp(line - 1, 0, lines.Length)..Math.Clamp(line + 1, 0, lines.Length));
        foreach (var text in near)
        {
            if (Secrets.MayHold(text))
                return false;
        }
        // An "unexpected token" is no secret.
        return !Secrets.MayHold(words.Replace("token", "", StringComparison.Ordinal));
    }
}
