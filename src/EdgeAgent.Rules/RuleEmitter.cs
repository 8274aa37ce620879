namespace EdgeAgent.Rules;

/// <summary>Collects the steps of a rule and how deep they stack.</summary>
internal sealed class RuleEmitter
{
    /// <summary>An equality between two names whose kinds were open when it was read.</summary>
    private readonly record struct OpenPair(int Left, int Right, int Op, int Column);

    private readonly List<RuleOp> _ops = [];
    private readonly List<string> _constants = [];
    private readonly List<(int Op, int Name)> _loads = [];
    private readonly List<OpenPair> _openPairs = [];
    private int _depth;
    private int _deepest;

    public int Count => _ops.Count;

    public void Number(float number) => Push(new RuleOp(RuleCode.Push, Number: number));

    public void Constant(string text)
    {
        Push(new RuleOp(RuleCode.Push, Number: ~_constants.Count));
        _constants.Add(text);
    }

    public void Name(int name)
    {
        _loads.Add((_ops.Count, name));
        Push(default);
    }

    /// <summary>A step that takes so many operands and leaves one.</summary>
    public void Operation(RuleCode code, int operands)
    {
        _ops.Add(new RuleOp(code));
        _depth -= operands - 1;
    }

    /// <summary>An equality that may turn out to be one of texts.</summary>
    public void OpenEquality(RuleCode code, int left, int right, int column)
    {
        _openPairs.Add(new OpenPair(left, right, _ops.Count, column));
        Operation(code, 2);
    }

    /// <summary>A jump over the right side of a connective; <see cref="Land"/> sets its aim.</summary>
    public int Jump(RuleCode code)
    {
        _ops.Add(new RuleOp(code));
        _depth--;
        return _ops.Count - 1;
    }

    public void Land(int jump) => _ops[jump] = _ops[jump] with { Index = _ops.Count };

    /// <summary>Settles open kinds, puts slots in the place of names, and closes the program.</summary>
    public RuleProgram Finish(RuleNames names, out RuleVariable[] variables)
    {
        while (SettlePairs(names)) { }
        variables = names.Finish();
        foreach (var (op, name) in _loads)
        {
            _ops[op] = variables[name].Kind == RuleKind.Text
                ? new RuleOp(RuleCode.Push, Number: variables[name].Slot)
                : new RuleOp(RuleCode.Load, variables[name].Slot);
        }
        foreach (var pair in _openPairs)
        {
            if (variables[pair.Left].Kind == RuleKind.Text)
                _ops[pair.Op] = new RuleOp(_ops[pair.Op].Code == RuleCode.Equal ? RuleCode.TextEqual : RuleCode.TextNotEqual);
        }
        return new RuleProgram([.. _ops], [.. _constants], _deepest);
    }

    /// <summary>Hands a known kind over to the other side of each pair; true while that told something new.</summary>
    private bool SettlePairs(RuleNames names)
    {
        var news = false;
        foreach (var pair in _openPairs)
        {
            var (left, right) = (names.KindOf(pair.Left), names.KindOf(pair.Right));
            news |= left is null != right is null;
            if (left is not null)
                names.Settle(pair.Right, left.Value, pair.Column);
            else if (right is not null)
                names.Settle(pair.Left, right.Value, pair.Column);
        }
        return news;
    }

    private void Push(RuleOp op)
    {
        _ops.Add(op);
        _deepest = Math.Max(_deepest, ++_depth);
    }
}
