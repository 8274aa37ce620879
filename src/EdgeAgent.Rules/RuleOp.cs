namespace EdgeAgent.Rules;

/// <summary>What one step of a compiled rule does with the stack. Conditions are 1 and 0 there.</summary>
internal enum RuleCode : byte
{
    /// <summary>Pushes the op's number; a text stands there as its index (see <see cref="RuleProgram"/>).</summary>
    Push,
    /// <summary>Pushes the number in the op's slot.</summary>
    Load,
    Negate, Add, Subtract, Multiply, Divide, Abs, Min, Max, Between,
    Less, LessOrEqual, Greater, GreaterOrEqual, Equal, NotEqual, TextEqual, TextNotEqual,
    Not,
    /// <summary>Jumps to the op's index, keeping the condition on top, when it is false; drops it otherwise.</summary>
    AndThen,
    /// <summary>Jumps to the op's index, keeping the condition on top, when it is true; drops it otherwise.</summary>
    OrElse,
}

/// <summary>One step of a compiled rule.</summary>
internal readonly record struct RuleOp(RuleCode Code, int Index = 0, float Number = 0);
