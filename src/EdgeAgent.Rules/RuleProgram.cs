namespace EdgeAgent.Rules;

/// <summary>
/// A compiled rule: steps over a stack of floats. A text is on the stack as an index, exact in a float: from 0 a slot
/// among the variables, below 0 the complement of an index among the rule's own texts.
/// </summary>
internal sealed class RuleProgram(RuleOp[] ops, string[] constants, int stackDepth)
{
    public bool Run(ReadOnlySpan<float> numbers, ReadOnlySpan<string?> texts)
    {
        Span<float> stack = stackalloc float[stackDepth];
        var top = -1;
        for (var at = 0; at < ops.Length; at++)
        {
            ref readonly var op = ref ops[at];
            switch (op.Code)
            {
                case RuleCode.Push: stack[++top] = op.Number; break;
                case RuleCode.Load: stack[++top] = numbers[op.Index]; break;
                case RuleCode.Negate: stack[top] = -stack[top]; break;
                case RuleCode.Abs: stack[top] = MathF.Abs(stack[top]); break;
                case RuleCode.Not: stack[top] = 1 - stack[top]; break;
                case RuleCode.AndThen:
                    if (stack[top] == 0) at = op.Index - 1;
                    else top--;
                    break;
                case RuleCode.OrElse:
                    if (stack[top] != 0) at = op.Index - 1;
                    else top--;
                    break;
                case RuleCode.Between:
                    top -= 2;
                    stack[top] = stack[top] >= stack[top + 1] && stack[top] <= stack[top + 2] ? 1 : 0;
                    break;
                case RuleCode.TextEqual or RuleCode.TextNotEqual:
                    top--;
                    var (left, right) = (Text(stack[top], texts), Text(stack[top + 1], texts));
                    var wanted = op.Code == RuleCode.TextEqual;
                    stack[top] = left is not null && right is not null && string.Equals(left, right) == wanted ? 1 : 0;
                    break;
                default:
                    top--;
                    stack[top] = Combine(op.Code, stack[top], stack[top + 1]);
                    break;
            }
        }
        return stack[0] != 0;
    }

    private static float Combine(RuleCode code, float left, float right) => code switch
    {
        RuleCode.Add => left + right,
        RuleCode.Subtract => left - right,
        RuleCode.Multiply => left * right,
        RuleCode.Divide => left / right,
        RuleCode.Min => MathF.Min(left, right),
        RuleCode.Max => MathF.Max(left, right),
        RuleCode.Less => left < right ? 1 : 0,
        RuleCode.LessOrEqual => left <= right ? 1 : 0,
        RuleCode.Greater => left > right ? 1 : 0,
        RuleCode.GreaterOrEqual => left >= right ? 1 : 0,
        RuleCode.Equal => left == right ? 1 : 0,
        // Not `!=`, which NaN would pass: a missing value makes every comparison false.
        RuleCode.NotEqual => left < right || left > right ? 1 : 0,
        _ => throw new InvalidOperationException(),
    };

    private string? Text(float index, ReadOnlySpan<string?> texts)
        => index < 0 ? constants[~(int)index] : texts[(int)index];
}
