using Tomlyn;
using Tomlyn.Syntax;

namespace EdgeAgent.Configuration;

/// <summary>The syntax errors of a TOML file, one a line, without what may be a secret.</summary>
internal static class TomlSyntaxErrors
{
    /// <summary>One slip makes the parser report several things about its line; only the first helps.</summary>
    public static IEnumerable<ConfigurationError> From(DocumentSyntax document, string text, string file)
    {
        var lines = text.Split('\n');
        return document.Diagnostics
            .Where(message => message.Kind == DiagnosticMessageKind.Error)
            .GroupBy(message => message.Span.Start.Line)
            .Select(group => Error(group.First(), lines, file));
    }

    /// <summary>The parser throws where lists or tables nest beyond its limit, instead of adding a message.</summary>
    public static ConfigurationError From(TomlException trouble, string file)
        => new ConfigurationPosition(file, trouble.Line ?? 1, trouble.Column ?? 1)
            .Error("", "this is not valid TOML, or lists or tables are nested too deep");

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
