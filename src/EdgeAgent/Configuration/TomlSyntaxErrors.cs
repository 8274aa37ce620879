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

    public static ConfigurationError From(TomlException trouble, string file)
        => new ConfigurationPosition(file, trouble.Line ?? 1, trouble.Column ?? 1)
            .Error("", "this is not valid TOML: lists or tables are nested too deep");

    private static ConfigurationError Error(DiagnosticMessage message, string[] lines, string file)
    {
        var start = message.Span.Start;
        var line = start.Line < lines.Length ? lines[start.Line] : "";
        // The parser quotes what it stumbled over, which may be a password without quotes.
        var told = Secrets.MayHold(line) ? "" : $": {message.Message}";
        return new ConfigurationPosition(file, start.Line + 1, start.Column + 1)
            .Error("", $"this is not valid TOML{told}", "texts stand in quotes, lists in [ ], inline tables in { }; https://toml.io explains the rest");
    }
}
