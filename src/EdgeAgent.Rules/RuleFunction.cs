namespace EdgeAgent.Rules;

/// <summary>A function of the rule language: what it is called, what it takes and what it gives.</summary>
/// <param name="Name">As rules write it.</param>
/// <param name="Usage">As error messages show it.</param>
/// <param name="Code">The step that computes it.</param>
/// <param name="Arguments">Numbers that it takes; the least of them where it folds.</param>
/// <param name="Folds">Whether it takes more, two at a time from the left.</param>
/// <param name="Result">What it gives.</param>
internal sealed record RuleFunction(string Name, string Usage, RuleCode Code, int Arguments, bool Folds, RuleKind Result)
{
    private static readonly RuleFunction[] All =
    [
        new("abs", "abs(x)", RuleCode.Abs, 1, false, RuleKind.Number),
        new("min", "min(x, y, …)", RuleCode.Min, 2, true, RuleKind.Number),
        new("max", "max(x, y, …)", RuleCode.Max, 2, true, RuleKind.Number),
        new("between", "between(x, low, high)", RuleCode.Between, 3, false, RuleKind.Condition),
    ];

    public static RuleFunction? Find(string name) => Array.Find(All, function => function.Name == name);

    public static string Unknown(string name)
    {
        var nearest = NearestName.Find(name, All.Select(function => function.Name));
        var remedy = nearest is null
            ? $"known are {string.Join(", ", All.Select(function => function.Name))}"
            : $"did you mean `{nearest}`?";
        return $"the function `{name}` is not known; {remedy}";
    }
}
