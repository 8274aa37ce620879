namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>What a message of Sparkplug is about.</summary>
internal enum SparkplugKind
{
    /// <summary>No topic of Sparkplug.</summary>
    None,
    Birth,
    Data,
    Death,
    /// <summary>For edge nodes, or about a host application: nothing that brings readings.</summary>
    Other,
}

/// <summary>A topic <c>spBv1.0/GROUP/TYPE/NODE</c> or <c>spBv1.0/GROUP/TYPE/NODE/DEVICE</c>.</summary>
internal readonly ref struct SparkplugTopic
{
    public SparkplugKind Kind { get; private init; }
    public ReadOnlySpan<byte> Group { get; private init; }
    public ReadOnlySpan<byte> Node { get; private init; }
    /// <summary>Empty: it is of the edge node itself.</summary>
    public ReadOnlySpan<byte> Device { get; private init; }

    public static SparkplugTopic Parse(ReadOnlySpan<byte> topic)
    {
        // Up to version 2.2 of the specification hosts told their state without the first level.
        if (topic.StartsWith("STATE/"u8)) return new SparkplugTopic { Kind = SparkplugKind.Other };
        var rest = topic;
        if (!Level(ref rest).SequenceEqual("spBv1.0"u8)) return default;
        var group = Level(ref rest);
        if (group.SequenceEqual("STATE"u8)) return new SparkplugTopic { Kind = SparkplugKind.Other };
        var type = Level(ref rest);
        var node = Level(ref rest);
        var device = Level(ref rest);
        if (group.IsEmpty || node.IsEmpty || !rest.IsEmpty) return default;
        return new SparkplugTopic { Kind = KindOf(type, device), Group = group, Node = node, Device = device };
    }

    private static SparkplugKind KindOf(ReadOnlySpan<byte> type, ReadOnlySpan<byte> device)
    {
        if (type.IsEmpty || type[0] != (device.IsEmpty ? 'N' : 'D')) return SparkplugKind.None;
        var what = type[1..];
        return what.SequenceEqual("DATA"u8) ? SparkplugKind.Data
            : what.SequenceEqual("BIRTH"u8) ? SparkplugKind.Birth
            : what.SequenceEqual("DEATH"u8) ? SparkplugKind.Death
            : what.SequenceEqual("CMD"u8) ? SparkplugKind.Other : SparkplugKind.None;
    }

    private static ReadOnlySpan<byte> Level(scoped ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'/');
        var level = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return level;
    }
}
