namespace EdgeAgent.Rules;

/// <summary>What stands between operators: values, names, calls and parentheses.</summary>
internal sealed partial class RuleParser
{
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
            throw Error(function.Column, $"`{shape.Name}` is used as `{shape.Usage}`, but has {count} argument{(count == 1 ? "" : "s")} here");
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
}
