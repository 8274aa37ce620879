namespace EdgeAgent.Rules;

/// <summary>The names that a rule under way has used, and what is known of their kinds.</summary>
internal sealed class RuleNames(RuleSchema? schema, RuleLexer lexer)
{
    private sealed record Entry(string Name, int Slot)
    {
        public RuleKind? Kind { get; set; }
        /// <summary>The column that settled the kind; 0 where the schema did.</summary>
        public int KindColumn { get; set; }
    }

    private readonly List<Entry> _entries = [];
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);

    /// <summary>The number that stands for a name until its slot is known.</summary>
    public int Use(RuleToken token)
    {
        if (_byName.TryGetValue(token.Value, out var known))
            return known;
        var entry = new Entry(token.Value, 0);
        if (schema is not null)
        {
            if (!schema.TryGet(token.Value, out var declared))
                throw lexer.Error(token.Column, $"the name `{token.Value}` is not known{Suggest(token.Value)}");
            entry = entry with { Slot = declared.Slot, Kind = declared.Kind };
        }
        _entries.Add(entry);
        _byName.Add(token.Value, _entries.Count - 1);
        return _entries.Count - 1;
    }

    public RuleKind? KindOf(int name) => _entries[name].Kind;

    /// <summary>Takes note that a name is of a kind.</summary>
    public void Settle(int name, RuleKind kind, int column)
    {
        var entry = _entries[name];
        if (entry.Kind is null)
            (entry.Kind, entry.KindColumn) = (kind, column);
        else if (entry.Kind != kind)
            throw lexer.Error(column, $"`{entry.Name}` is {Word(entry.Kind)}{Where(entry)}, but {Word(kind)} is needed here");
    }

    /// <summary>The names with their slots; a name that nothing settled is a number.</summary>
    public RuleVariable[] Finish()
    {
        var (numbers, texts) = (0, 0);
        var variables = new RuleVariable[_entries.Count];
        for (var i = 0; i < variables.Length; i++)
        {
            var kind = _entries[i].Kind ?? RuleKind.Number;
            var slot = schema is not null ? _entries[i].Slot : kind == RuleKind.Text ? texts++ : numbers++;
            variables[i] = new RuleVariable(_entries[i].Name, kind, slot);
        }
        return variables;
    }

    /// <summary>A kind as an error message names it.</summary>
    public static string Word(RuleKind? kind) => kind switch
    {
        RuleKind.Text => "a text",
        RuleKind.Condition => "a condition",
        _ => "a number",
    };

    private static string Where(Entry entry) => entry.KindColumn == 0 ? "" : $" (see column {entry.KindColumn})";

    private string Suggest(string name)
        => NearestName.Find(name, schema!.Names) is { } nearest ? $"; did you mean `{nearest}`?" : "";
}
