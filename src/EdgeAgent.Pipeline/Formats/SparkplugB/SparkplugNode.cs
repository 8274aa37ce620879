using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>An edge node: which session it is in, and how it was asked for its birth.</summary>
internal sealed class SparkplugNode(string group, string name)
{
    public string Group => group;
    public string Name => name;

    /// <summary>Of the node itself and its devices, those that are known.</summary>
    public int Members { get; set; }

    /// <summary>Grows with each birth and death of the node: what births said of it and its devices before holds no longer.</summary>
    public int Session { get; set; }

    /// <summary>The sequence number of the last message; −1: none yet.</summary>
    public int LastSequence { get; set; } = -1;

    /// <summary>The number of its last birth (bdSeq), which the death of that session repeats; null: unknown.</summary>
    public ulong? BirthNumber { get; set; }

    /// <summary>When it was asked for its birth last.</summary>
    public long RequestedTicks { get; set; }

    /// <summary>Before this it is not asked for its birth again.</summary>
    public long NextRequestTicks { get; set; }

    /// <summary>Times that it was asked since its last birth.</summary>
    public int Requests { get; set; }

    public bool IsRequestPending { get; set; }
}

/// <summary>
/// The metrics of an edge node itself or of one of its devices, as its birth told them. Aliases are unique in an edge node by the
/// specification; kept for each device, those of nodes that number them anew for each device are right as well.
/// </summary>
/// <param name="node">The edge node.</param>
/// <param name="key"><c>GROUP/NODE</c> or <c>GROUP/NODE/DEVICE</c>.</param>
/// <param name="nodeLength">Bytes of it that are the node's.</param>
internal sealed class SparkplugMetrics(SparkplugNode node, byte[] key, int nodeLength)
{
    private readonly Dictionary<ulong, (int Name, uint Type)> _byAlias = [];
    private readonly Dictionary<int, uint> _types = [];
    private int _session = -1;

    /// <summary>The edge node.</summary>
    public SparkplugNode Node => node;

    public byte[] Key => key;
    public int NodeLength => nodeLength;

    /// <summary>Its place among all.</summary>
    public int Place { get; set; }

    /// <summary>When it was heard of.</summary>
    public Presence Presence;

    /// <summary>Numbers of the names that it keeps.</summary>
    public IEnumerable<int> Names => _byAlias.Values.Select(m => m.Name).Concat(_types.Keys);

    /// <summary>Aliases and types that it keeps.</summary>
    public int Count => _byAlias.Count + _types.Count;

    /// <summary>Whether a birth of the node's current session told the metrics.</summary>
    public bool IsBorn => _session == node.Session;

    /// <summary>Forgets the last birth; those that follow are of a new one.</summary>
    public void BeginBirth()
    {
        _byAlias.Clear();
        _types.Clear();
        _session = node.Session;
    }

    public void MarkDead() => _session = -1;

    public void AddAlias(ulong alias, int name, uint type) => _byAlias[alias] = (name, type);

    public void AddType(int name, uint type) => _types[name] = type;

    /// <summary>The number of an alias' name (negative: nobody asks for it) and its type.</summary>
    public bool TryFind(ulong alias, out (int Name, uint Type) metric)
    {
        metric = default;
        return IsBorn && _byAlias.TryGetValue(alias, out metric);
    }

    /// <summary>The type that the birth said of a name.</summary>
    public uint TypeOf(int name) => IsBorn && _types.TryGetValue(name, out var type) ? type : SparkplugType.Unknown;
}
