namespace EdgeAgent.Rules;

/// <summary>Reads one rule by recursive descent and compiles it on the way. Chains are loops, so only nesting goes deeper.</summary>
internal sealed class RuleParser
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

    private Operand Unary()
    {
        var column = _token.Column;
        if (_token.Kind != TokenKind.Minus)
            return Primary();
        var negative = false;
        for (; _token.Kind == TokenKind.Minus; Advance())
            negative = !negative;
        Require(RuleKind.Number, Primary(), "what `-` stands before");
        if (negative)
            _emit.Operation(RuleCode.Negate, 1);
        return new Operand(RuleKind.Number, column);
    }

    private Operand Primary()
    {
        var token = _token;
        switch (token.Kind)
        {
            case TokenKind.Number:
                Advance();
                _emit.Number(token.Number);
                return new Operand(RuleKind.Number, token.Column);
            case TokenKind.Text:
                Advance();
                _emit.Constant(token.Value);
                return new Operand(RuleKind.Text, token.Column);
            case TokenKind.True or TokenKind.False:
                Advance();
                _emit.Number(token.Kind == TokenKind.True ? 1 : 0);
                return new Operand(RuleKind.Condition, token.Column);
            case TokenKind.Name or TokenKind.QuotedName:
                Advance();
                return _token.Kind == TokenKind.Open && token.Kind == TokenKind.Name ? Call(token) : Name(token);
            case TokenKind.Open:
                Enter();
                var inner = Or();
                Leave(token);
                return inner with { Column = token.Column };
            default:
                throw Error(token.Column, $"a value or a name should stand here, but {token.Shown} does");
        }
    }

    private Operand Name(RuleToken token)
    {
        var name = _names.Use(token);
        _emit.Name(name);
        return new Operand(null, token.Column, name);
    }

    private Operand Call(RuleToken function)
    {
        var shape = RuleFunction.Find(function.Value) ?? throw Error(function.Column, RuleFunction.Unknown(function.Value));
        var open = _token;
        Enter();
        var count = 0;
        if (_token.Kind != TokenKind.Close)
        {
            do
            {
                if (count > 0)
                    Advance();
                Require(RuleKind.Number, Or(), $"an argument of `{shape.Name}`");
                count++;
                // Functions of any number of arguments fold as they come, so the stack stays small.
                if (shape.Folds && count > 1)
                    _emit.Operation(shape.Code, 2);
            } while (_token.Kind == TokenKind.Comma);
        }
        Leave(open);
        if (count < shape.Arguments || (count > shape.Arguments && !shape.Folds))
            throw Error(function.Column,
                $"`{shape.Name}` is used as `{shape.Usage}`, but has {count} argument{(count == 1 ? "" : "s")} here");
        if (!shape.Folds)
            _emit.Operation(shape.Code, shape.Arguments);
        return new Operand(shape.Result, function.Column);
    }

    private void Enter()
    {
        if (++_nesting > Rule.NestingLimit)
            throw Error(_token.Column, $"parentheses are nested deeper than {Rule.NestingLimit}");
        Advance();
    }

    private void Leave(RuleToken open)
    {
        if (_token.Kind != TokenKind.Close)
        {
            throw _token.Kind == TokenKind.End
                ? Error(open.Column, "the parenthesis that opens here is never closed")
                : Error(_token.Column, $"a `)` should stand here, but {_token.Shown} does");
        }
        _nesting--;
        Advance();
    }

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

    private void Advance() => _token = _lexer.Next();

    private RuleException Error(int column, string message) => _lexer.Error(column, message);
}
