namespace EdgeAgent.Rules;

/// <summary>What the parser asks of the kinds of operands.</summary>
internal sealed partial class RuleParser
{
    private void Order(RuleCode code, Operand left, Operand right, RuleToken sign)
    {
        if (KindOf(left) == RuleKind.Text || KindOf(right) == RuleKind.Text)
            throw Error(sign.Column, $"texts have no order, so {sign.Shown} cannot compare them; use `==` or `!=`");
        Require(RuleKind.Number, left, $"the left side of {sign.Shown}");
        Require(RuleKind.Number, right, $"the right side of {sign.Shown}");
        _emit.Operation(code, 2);
    }

    private void Equality(RuleCode code, Operand left, Operand right, RuleToken sign)
    {
        if ((KindOf(left) ?? KindOf(right)) is not { } kind)
        {
            _emit.OpenEquality(code, left.Name, right.Name, sign.Column);
            return;
        }
        Require(kind, left, $"the left side of {sign.Shown}");
        Require(kind, right, $"the right side of {sign.Shown}");
        _emit.Operation((kind, code) switch
        {
            (RuleKind.Text, RuleCode.Equal) => RuleCode.TextEqual,
            (RuleKind.Text, _) => RuleCode.TextNotEqual,
            _ => code,
        }, 2);
    }

    private RuleKind? KindOf(Operand operand) => operand.Name < 0 ? operand.Kind : _names.KindOf(operand.Name);

    private void Require(RuleKind kind, Operand operand, string place)
    {
        if (operand.Name >= 0 && kind != RuleKind.Condition)
            _names.Settle(operand.Name, kind, operand.Column);
        else if (operand.Name >= 0)
            throw Error(operand.Column, $"{place} must be a condition, but this is a name alone; compare it, as in `name > 0`");
        else if (operand.Kind != kind)
            throw Error(operand.Column, $"{place} must be {RuleNames.Word(kind)}, but this is {RuleNames.Word(operand.Kind)}");
    }

    private static RuleCode? Compares(TokenKind kind) => kind switch
    {
        TokenKind.Equal => RuleCode.Equal,
        TokenKind.NotEqual => RuleCode.NotEqual,
        TokenKind.Less => RuleCode.Less,
        TokenKind.LessOrEqual => RuleCode.LessOrEqual,
        TokenKind.Greater => RuleCode.Greater,
        TokenKind.GreaterOrEqual => RuleCode.GreaterOrEqual,
        _ => null,
    };
}
