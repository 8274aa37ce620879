using System.Text;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>The edge nodes and devices that a source has met. Belongs to the source's loop.</summary>
internal sealed class SparkplugDirectory
{
    /// <summary>Nodes and devices, and aliases and types of metrics of all of them: some 20 MB at most.</summary>
    private const int MemberLimit = 20_000, EntryLimit = 800_000;

    private readonly Utf8Map<SparkplugNode> _nodes = new();
    private readonly Utf8Map<SparkplugMetrics> _members = new();
    private readonly NameBuffer _key = new();
    private int _entries;

    public SparkplugNames Names { get; } = new();

    /// <summary>The metrics of the node or device that a topic names, and its key, <c>GROUP/NODE</c> or <c>GROUP/NODE/DEVICE</c>.</summary>
    /// <returns>Null: there are too many, or the names are none.</returns>
    public SparkplugMetrics? Find(in SparkplugTopic topic, out ReadOnlySpan<byte> key)
    {
        _key.Clear();
        _key.Append(topic.Group);
        _key.Append("/"u8);
        _key.Append(topic.Node);
        var nodeLength = _key.Name.Length;
        if (!topic.Device.IsEmpty)
        {
            _key.Append("/"u8);
            _key.Append(topic.Device);
        }
        key = _key.Name;
        if (!_key.IsPlain) return null;
        return _members.TryGet(key, out var metrics) ? metrics : Add(topic, key, nodeLength);
    }

    /// <summary>Begins the birth that follows.</summary>
    public void BeginBirth(SparkplugMetrics metrics)
    {
        _entries -= metrics.Count;
        metrics.BeginBirth();
    }

    /// <summary>Counts what a birth brought; false: there are too many metrics now.</summary>
    public bool EndBirth(SparkplugMetrics metrics)
    {
        _entries += metrics.Count;
        if (_entries <= EntryLimit) return true;
        BeginBirth(metrics);
        metrics.MarkDead();
        return false;
    }

    private SparkplugMetrics? Add(in SparkplugTopic topic, ReadOnlySpan<byte> key, int nodeLength)
    {
        if (_members.Count >= MemberLimit) return null;
        if (!_nodes.TryGet(key[..nodeLength], out var node))
        {
            node = new SparkplugNode(Encoding.UTF8.GetString(topic.Group), Encoding.UTF8.GetString(topic.Node));
            _nodes.Add(key[..nodeLength], node);
        }
        var metrics = new SparkplugMetrics(node);
        _members.Add(key, metrics);
        return metrics;
    }
}
