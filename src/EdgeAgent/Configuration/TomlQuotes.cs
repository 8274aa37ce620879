namespace EdgeAgent.Configuration;

/// <summary>Finds the quote that has no other: from there on the parser takes texts for keys and keys for texts.</summary>
internal static class TomlQuotes
{
    /// <summary>The first quote of a text that does not end on its line, or of a longer one that does not end at all.</summary>
    /// <param name="text">A TOML file.</param>
    /// <param name="file">Its name.</param>
    public static ConfigurationPosition? FindOpen(string text, string file)
    {
        var (line, begin) = (1, 0);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\n') (line, begin) = (line + 1, at + 1);
            else if (text[at] == '#') at = EndOfLine(text, at) - 1;
            else if (text[at] is '"' or '\'')
            {
                var end = End(text, at);
                if (end < 0) return new ConfigurationPosition(file, line, at - begin + 1);
                for (var inner = at; inner < end; inner++)
                    if (text[inner] == '\n') (line, begin) = (line + 1, inner + 1);
                at = end - 1;
            }
        }
        return null;
    }

    /// <summary>Where the text that begins here ends, behind its last quote; less than 0: nowhere.</summary>
    private static int End(string text, int begin)
    {
        var quote = text[begin];
        var rest = text.AsSpan(begin);
        var isLong = rest.StartsWith([quote, quote, quote]);
        for (var at = begin + (isLong ? 3 : 1); at < text.Length; at++)
        {
            if (text[at] == '\\' && quote == '"') at++;
            else if (text[at] == '\n' && !isLong) return -1;
            else if (text[at] == quote && !isLong) return at + 1;
            else if (isLong && text.AsSpan(at).StartsWith([quote, quote, quote])) return BehindAll(text, at, quote);
        }
        return -1;
    }

    /// <summary>Two quotes more may belong to the text itself.</summary>
    private static int BehindAll(string text, int at, char quote)
    {
        while (at < text.Length && text[at] == quote) at++;
        return at;
    }

    private static int EndOfLine(string text, int at) => text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;
}
