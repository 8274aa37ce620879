namespace EdgeAgent.Rules;

/// <summary>The types of the rule language. A variable is a number or a text; a whole rule is a condition.</summary>
public enum RuleKind
{
    /// <summary>A single-precision number; NaN is a missing one.</summary>
    Number,
    /// <summary>A text, compared ordinally; null is a missing one.</summary>
    Text,
    /// <summary>True or false.</summary>
    Condition,
}

/// <summary>A name that a rule reads.</summary>
/// <param name="Name">The name as the rule writes it, without backticks.</param>
/// <param name="Kind">Number or text.</param>
/// <param name="Slot">Index of its value in the span of numbers, or of texts, that <see cref="Rule.Evaluate"/> takes.</param>
public readonly record struct RuleVariable(string Name, RuleKind Kind, int Slot);
