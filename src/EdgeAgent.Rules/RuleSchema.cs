namespace EdgeAgent.Rules;

/// <summary>The names that rules may use, where they are known beforehand, and the slots that hold their values.</summary>
public sealed class RuleSchema
{
    private readonly Dictionary<string, RuleVariable> _variables = new(StringComparer.Ordinal);

    /// <summary>Declares names; the slot of each is its place in its own list.</summary>
    /// <exception cref="ArgumentException">A name is declared twice.</exception>
    public RuleSchema(IEnumerable<string> numbers, IEnumerable<string>? texts = null)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        Declare(numbers, RuleKind.Number);
        Declare(texts ?? [], RuleKind.Text);
    }

    /// <summary>All declared names.</summary>
    public IReadOnlyCollection<string> Names => _variables.Keys;

    internal bool TryGet(string name, out RuleVariable variable) => _variables.TryGetValue(name, out variable);

    private void Declare(IEnumerable<string> names, RuleKind kind)
    {
        var slot = 0;
        foreach (var name in names)
        {
            if (!_variables.TryAdd(name, new RuleVariable(name, kind, slot++)))
                throw new ArgumentException($"The name '{name}' is declared twice.", nameof(names));
        }
    }
}
