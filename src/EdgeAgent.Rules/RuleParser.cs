namespace EdgeAgent.Rules;

/// <summary>Reads one rule by recursive descent and compiles it on the way. Chains are loops, so only nesting goes deeper.</summary>
internal sealed partial class RuleParser
{
    /// <summary>What has just been pushed: its kind unless open, its name unless it is an expression, and where it began.</summary>
    private readonly record struct Operand(RuleKind? Kind, int Column, int Name = -1);

    private readonly string _text;
    private readonly RuleLexer _lexer;
    private readonly RuleNames _names;
    private readonly RuleEmitter _emit = new();
    private RuleToken _token;
    private int _nesting;

    public RuleParser(string text, RuleSchema? schema)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text;
        _lexer = new RuleLexer(text);
        _names = new RuleNames(schema, _lexer);
    }

    public Rule Parse()
    {
        if (_text.Length > Rule.LengthLimit)
            throw Error(Rule.LengthLimit + 1, $"the rule has {_text.Length} characters; {Rule.LengthLimit} are the most");
        Advance();
        if (_token.Kind == TokenKind.End)
            throw Error(1, "the rule is empty; write a condition such as `score > 1`");

        Require(RuleKind.Condition, Or(), "a rule");
        if (_token.Kind != TokenKind.End)
            throw Error(_token.Column, $"the rule should end here or go on with an operator, but {_token.Shown} follows");
        var program = _emit.Finish(_names, out var variables);
        return new Rule(_text, program, variables);
    }

    private Operand Or() => Connective(TokenKind.Or, RuleCode.OrElse, And);

    private Operand And() => Connective(TokenKind.And, RuleCode.AndThen, Not);

    private Operand Connective(TokenKind sign, RuleCode jump, Func<Operand> side)
    {
        var left = side();
        while (_token.Kind == sign)
        {
            var shown = _token.Shown;
            Require(RuleKind.Condition, left, $"the left side of {shown}");
            Advance();
            var landing = _emit.Jump(jump);
            Require(RuleKind.Condition, side(), $"the right side of {shown}");
            _emit.Land(landing);
        }
        return left;
    }

    /// <summary>Binds looser than comparisons: the tight reading, <c>(!a) > 1</c>, never means anything.</summary>
    private Operand Not()
    {
        var start = _token;
        var negated = false;
        for (; _token.Kind == TokenKind.Not; Advance())
            negated = !negated;
        var operand = Comparison();
        if (start.Kind == TokenKind.Not)
            Require(RuleKind.Condition, operand, $"what {start.Shown} negates");
        if (negated)
            _emit.Operation(RuleCode.Not, 1);
        return operand;
    }

    private Operand Comparison()
    {
        var left = Sum();
        if (Compares(_token.Kind) is not { } code)
            return left;

        var sign = _token;
        Advance();
        var right = Sum();
        if (code is RuleCode.Equal or RuleCode.NotEqual)
            Equality(code, left, right, sign);
        else
            Order(code, left, right, sign);
        if (Compares(_token.Kind) is not null)
            throw Error(_token.Column, "comparisons do not chain; write `a < b && b < c`");
        return new Operand(RuleKind.Condition, left.Column);
    }

    private Operand Sum() => Chain(Product, kind => kind switch
    {
        TokenKind.Plus => RuleCode.Add,
        TokenKind.Minus => RuleCode.Subtract,
        _ => null,
    });

    private Operand Product() => Chain(Unary, kind => kind switch
    {
        TokenKind.Times => RuleCode.Multiply,
        TokenKind.Divide => RuleCode.Divide,
        _ => null,
    });

    private Operand Chain(Func<Operand> side, Func<TokenKind, RuleCode?> codeOf)
    {
        var left = side();
        while (codeOf(_token.Kind) is { } code)
        {
            var shown = _token.Shown;
            Require(RuleKind.Number, left, $"the left side of {shown}");
            Advance();
            Require(RuleKind.Number, side(), $"the right side of {shown}");
            _emit.Operation(code, 2);
            left = new Operand(RuleKind.Number, left.Column);
        }
        return left;
    }

    private void Advance() => _token = _lexer.Next();

    private RuleException Error(int column, string message) => _lexer.Error(column, message);
}
