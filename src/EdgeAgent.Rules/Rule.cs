using System.Diagnostics.CodeAnalysis;

namespace EdgeAgent.Rules;

/// <summary>
/// A condition over numbers and texts, such as <c>score > 2 &amp;&amp; temperature > 90</c> or <c>grade == 'A'</c>.
/// Immutable, and safe to evaluate on many threads at once.
/// </summary>
/// <remarks>
/// <para>From loosest to tightest: <c>||</c> (<c>or</c>), <c>&amp;&amp;</c> (<c>and</c>), <c>!</c> (<c>not</c>),
/// comparisons (which do not chain), <c>+ -</c>, <c>* /</c>, unary minus. <c>!a > 1</c> thus is <c>!(a > 1)</c>.
/// Functions: <c>abs(x)</c>, <c>min(x, y, …)</c>, <c>max(x, y, …)</c>, <c>between(x, low, high)</c> with both ends in.
/// Names with spaces or odd characters stand in backticks; a quote inside quotes is written twice.</para>
/// <para>Numbers are single precision throughout, as readings are, so that <c>x == 0.1</c> holds for a reading of 0.1.</para>
/// <para>A missing value (NaN, null) makes every comparison with it false, <c>!=</c> and <c>between</c> included;
/// arithmetic with it gives a missing value. Its negation is then true: <c>!(x > 5)</c> holds while x is missing.</para>
/// </remarks>
public sealed class Rule
{
    /// <summary>Characters that a rule may have.</summary>
    public const int LengthLimit = 4096;
    /// <summary>Parentheses and function calls that may stand in each other.</summary>
    public const int NestingLimit = 64;

    private readonly RuleProgram _program;
    private readonly int _numberCount;
    private readonly int _textCount;

    internal Rule(string text, RuleProgram program, IReadOnlyList<RuleVariable> variables)
    {
        (Text, Variables, _program) = (text, variables, program);
        foreach (var variable in variables)
        {
            if (variable.Kind == RuleKind.Text)
                _textCount = Math.Max(_textCount, variable.Slot + 1);
            else
                _numberCount = Math.Max(_numberCount, variable.Slot + 1);
        }
    }

    /// <summary>The rule as it was written.</summary>
    public string Text { get; }

    /// <summary>
    /// The distinct names that the rule reads, in order of first appearance. Without a schema, <see cref="RuleVariable.Slot"/>
    /// counts numbers and texts apart, each from 0 in this order: <c>a > 1 &amp;&amp; g == 'x' &amp;&amp; b > 2</c> takes
    /// numbers [a, b] and texts [g]. With a schema, the slots are the schema's.
    /// </summary>
    public IReadOnlyList<RuleVariable> Variables { get; }

    /// <summary>Reads a rule. A name is a text if it is compared with one, directly or by way of other names; else a number.</summary>
    /// <exception cref="RuleException">The rule cannot be read.</exception>
    public static Rule Parse(string text) => new RuleParser(text, null).Parse();

    /// <summary>Reads a rule that may use the names of <paramref name="schema"/> only.</summary>
    /// <exception cref="RuleException">The rule cannot be read, or uses a name that the schema lacks or types otherwise.</exception>
    public static Rule Parse(string text, RuleSchema schema) => new RuleParser(text, schema).Parse();

    /// <summary>
    /// As <see cref="Parse(string)"/>, or <see cref="Parse(string, RuleSchema)"/> where a schema is given, without an exception.
    /// </summary>
    public static bool TryParse(
        string text, RuleSchema? schema, [NotNullWhen(true)] out Rule? rule, [NotNullWhen(false)] out RuleError? error)
    {
        try
        {
            (rule, error) = (new RuleParser(text, schema).Parse(), null);
            return true;
        }
        catch (RuleException trouble)
        {
            (rule, error) = (null, trouble.Error);
            return false;
        }
    }

    /// <summary>Whether the condition holds for these values, found by the slots of <see cref="Variables"/>. Allocates nothing.</summary>
    /// <exception cref="ArgumentException">A span is shorter than the slots need.</exception>
    public bool Evaluate(ReadOnlySpan<float> numbers, ReadOnlySpan<string?> texts = default)
    {
        if (numbers.Length < _numberCount)
            throw new ArgumentException($"The rule reads {_numberCount} numbers.", nameof(numbers));
        if (texts.Length < _textCount)
            throw new ArgumentException($"The rule reads {_textCount} texts.", nameof(texts));
        return _program.Run(numbers, texts);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
