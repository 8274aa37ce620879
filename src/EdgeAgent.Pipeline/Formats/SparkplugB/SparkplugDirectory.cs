using System.Text;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>
/// The edge nodes and devices that a source has met. A message that is refused leaves nothing behind; where there are too many, those
/// that are silent longest make room. Belongs to the source's loop.
/// </summary>
internal sealed class SparkplugDirectory
{
    /// <summary>Nodes and devices, and aliases and types of metrics of all of them: some 20 MB at most.</summary>
    private const int MemberLimit = 20_000, EntryLimit = 800_000;
    /// <summary>Room is looked for no more often than this.</summary>
    private static readonly long SweepEvery = TimeSpan.FromSeconds(1).Ticks;

    private readonly Utf8Map<SparkplugNode> _nodes = new();
    private readonly Utf8Map<SparkplugMetrics> _members = new();
    private readonly List<SparkplugMetrics> _all = [];
    private readonly NameBuffer _key = new();
    private SparkplugMetrics? _new;
    private SparkplugMetrics? _birth;
    private long _sweptTicks;
    private int _entries;

    public SparkplugNames Names { get; } = new();

    /// <summary>Nodes and devices that are known.</summary>
    public int Count => _all.Count;

    /// <summary>The metrics of the node or device that a topic names, and its key, <c>GROUP/NODE</c> or <c>GROUP/NODE/DEVICE</c>.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="nowTicks">When its message arrived.</param>
    /// <param name="key">The key.</param>
    /// <param name="failure">Why there are none.</param>
    /// <returns>Null: see <paramref name="failure"/>.</returns>
    public SparkplugMetrics? Find(in SparkplugTopic topic, long nowTicks, out ReadOnlySpan<byte> key, out DecodeFailure failure)
    {
        (_new, _birth, failure) = (null, null, DecodeFailure.None);
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
        if (key.Length > NameBuffer.NameLimit) failure = DecodeFailure.NameTooLong;
        else if (!_key.IsPlain) failure = DecodeFailure.NoDevice;
        if (failure != DecodeFailure.None) return null;
        if (Names.IsFull) Sweep(nowTicks);
        if (!_members.TryGet(key, out var metrics))
        {
            if (_all.Count >= MemberLimit) Sweep(nowTicks);
            if (_all.Count >= MemberLimit)
            {
                failure = DecodeFailure.TooManyDevices;
                return null;
            }
            metrics = _new = Add(topic, key, nodeLength);
        }
        metrics.Presence.Note(nowTicks);
        return metrics;
    }

    /// <summary>Begins the birth that follows.</summary>
    public void BeginBirth(SparkplugMetrics metrics)
    {
        _birth = metrics;
        _entries -= metrics.Count;
        metrics.BeginBirth();
    }

    /// <summary>Counts what a birth brought; false: there are too many metrics now.</summary>
    public bool EndBirth(SparkplugMetrics metrics)
    {
        _entries += metrics.Count;
        return _entries <= EntryLimit;
    }

    /// <summary>The message is usable: what it brought stays.</summary>
    public void Keep() => Names.Keep();

    /// <summary>The message is refused: nothing of it is left.</summary>
    public void Forget()
    {
        if (_birth is { } birth)
        {
            BeginBirth(birth);
            birth.MarkDead();
        }
        if (_new is { } added) Remove(added);
        Names.Forget();
    }

    private SparkplugMetrics Add(in SparkplugTopic topic, ReadOnlySpan<byte> key, int nodeLength)
    {
        if (!_nodes.TryGet(key[..nodeLength], out var node))
        {
            node = new SparkplugNode(Encoding.UTF8.GetString(topic.Group), Encoding.UTF8.GetString(topic.Node));
            _nodes.Add(key[..nodeLength], node);
        }
        node.Members++;
        var metrics = new SparkplugMetrics(node, key.ToArray(), nodeLength) { Place = _all.Count };
        _members.Add(metrics.Key, metrics);
        _all.Add(metrics);
        return metrics;
    }

    private void Remove(SparkplugMetrics metrics)
    {
        _entries -= metrics.Count;
        _members.Remove(metrics.Key);
        (_all[metrics.Place], _all[^1].Place) = (_all[^1], metrics.Place);
        _all.RemoveAt(_all.Count - 1);
        if (--metrics.Node.Members == 0) _nodes.Remove(metrics.Key.AsSpan(0, metrics.NodeLength));
    }

    /// <summary>Forgets up to half of all members, those first that are silent longest, and the names that only they had.</summary>
    private void Sweep(long nowTicks)
    {
        if ((ulong)(nowTicks - _sweptTicks) < (ulong)SweepEvery) return;
        _sweptTicks = nowTicks;
        var idle = _all.Where(m => m.Presence.MayGo(nowTicks)).OrderByDescending(m => m.Presence.Rank(nowTicks)).ToList();
        foreach (var metrics in idle.Take((_all.Count + 1) / 2)) Remove(metrics);
        Names.KeepOnly([.. _all.SelectMany(m => m.Names)]);
    }
}
