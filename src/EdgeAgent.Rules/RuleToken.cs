namespace EdgeAgent.Rules;

internal enum TokenKind
{
    End, Number, Text, Name, QuotedName, True, False,
    And, Or, Not, Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual,
    Plus, Minus, Times, Divide, Open, Close, Comma,
}

/// <summary>One word of a rule. <paramref name="Value"/> is the name or text without its quotes.</summary>
internal readonly record struct RuleToken(TokenKind Kind, int Column, string Value = "", float Number = 0)
{
    /// <summary>The token as an error message names it.</summary>
    public string Shown => Kind switch
    {
        TokenKind.End => "the end of the rule",
        TokenKind.Text => "a text in quotes",
        TokenKind.Number => "a number",
        TokenKind.Name or TokenKind.QuotedName => $"the name `{Value}`",
        _ => $"`{Value}`",
    };
}
