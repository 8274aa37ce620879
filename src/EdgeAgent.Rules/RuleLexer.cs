using System.Globalization;

namespace EdgeAgent.Rules;

/// <summary>Cuts a rule into tokens, one at a time.</summary>
internal sealed class RuleLexer(string text)
{
    private int _at;

    /// <exception cref="RuleException">What follows is no token.</exception>
    public RuleToken Next()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
        if (_at == text.Length)
            return new RuleToken(TokenKind.End, _at + 1);

        var first = text[_at];
        if (char.IsAsciiDigit(first) || (first == '.' && char.IsAsciiDigit(Peek(1))))
            return Number();
        if (IsNameStart(first))
            return Name();
        return first switch
        {
            '\'' or '"' => Quoted(TokenKind.Text, "text"),
            '`' => Quoted(TokenKind.QuotedName, "name"),
            _ => Sign(),
        };
    }

    /// <summary>Fails with a message that points at a column.</summary>
    public RuleException Error(int column, string message) => new(new RuleError(message, column, text));

    private RuleToken Number()
    {
        var start = _at;
        SkipDigits();
        if (Peek() == '.')
        {
            _at++;
            SkipDigits();
        }
        if (Peek() is 'e' or 'E' && (char.IsAsciiDigit(Peek(1)) || (Peek(1) is '+' or '-' && char.IsAsciiDigit(Peek(2)))))
        {
            _at += 2;
            SkipDigits();
        }
        if (IsNameStart(Peek()) || Peek() == '.')
            throw Error(_at + 1, "a number ends here, but more follows; units are not part of a rule, "
                + "and a name does not begin with a digit unless it stands in backticks");

        var digits = text.AsSpan(start, _at - start);
        var number = float.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!float.IsFinite(number))
            throw Error(start + 1, "the number is too large; about 3.4e38 is the largest");
        return new RuleToken(TokenKind.Number, start + 1, digits.ToString(), number);
    }

    private RuleToken Name()
    {
        var start = _at;
        while (IsNameStart(Peek()) || char.IsDigit(Peek()) || (Peek() == '.' && IsNameStart(Peek(1))))
            _at++;
        var name = text[start.._at];
        var kind = name switch
        {
            "true" => TokenKind.True,
            "false" => TokenKind.False,
            "and" => TokenKind.And,
            "or" => TokenKind.Or,
            "not" => TokenKind.Not,
            _ => TokenKind.Name,
        };
        return new RuleToken(kind, start + 1, name);
    }

    /// <summary>A quote inside is written twice, as in SQL: a backslash would be eaten by the configuration file.</summary>
    private RuleToken Quoted(TokenKind kind, string what)
    {
        var start = _at;
        var quote = text[_at++];
        while (_at < text.Length && (text[_at] != quote || Peek(1) == quote))
            _at += text[_at] == quote ? 2 : 1;
        if (_at == text.Length)
            throw Error(start + 1, $"the {what} that begins here has no closing {quote}");

        var value = text[(start + 1).._at++].Replace(new string(quote, 2), quote.ToString(), StringComparison.Ordinal);
        if (kind == TokenKind.QuotedName && value.Length == 0)
            throw Error(start + 1, "a name in backticks must not be empty");
        return new RuleToken(kind, start + 1, value);
    }

    private RuleToken Sign()
    {
        var (kind, length) = (Peek(), Peek(1)) switch
        {
            ('&', '&') => (TokenKind.And, 2),
            ('|', '|') => (TokenKind.Or, 2),
            ('=', '=') => (TokenKind.Equal, 2),
            ('!', '=') => (TokenKind.NotEqual, 2),
            ('<', '=') => (TokenKind.LessOrEqual, 2),
            ('>', '=') => (TokenKind.GreaterOrEqual, 2),
            ('<', '>') => throw Error(_at + 1, "`<>` is not known; write `!=`"),
            ('&', _) => throw Error(_at + 1, "`&` is not known; write `&&`"),
            ('|', _) => throw Error(_at + 1, "`|` is not known; write `||`"),
            ('=', _) => throw Error(_at + 1, "`=` is not known; write `==` to compare"),
            ('!', _) => (TokenKind.Not, 1),
            ('<', _) => (TokenKind.Less, 1),
            ('>', _) => (TokenKind.Greater, 1),
            ('+', _) => (TokenKind.Plus, 1),
            ('-', _) => (TokenKind.Minus, 1),
            ('*', _) => (TokenKind.Times, 1),
            ('/', _) => (TokenKind.Divide, 1),
            ('(', _) => (TokenKind.Open, 1),
            (')', _) => (TokenKind.Close, 1),
            (',', _) => (TokenKind.Comma, 1),
            var (other, _) => throw Error(_at + 1, char.IsControl(other) || char.IsSurrogate(other)
                ? "this character has no meaning in a rule; names with odd characters stand in backticks"
                : $"`{other}` has no meaning in a rule; names with odd characters stand in backticks"),
        };
        var token = new RuleToken(kind, _at + 1, text.Substring(_at, length));
        _at += length;
        return token;
    }

    private char Peek(int ahead = 0) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek()))
            _at++;
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';
}
