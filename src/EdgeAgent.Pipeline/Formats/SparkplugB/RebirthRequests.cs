namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>
/// Which edge nodes to ask for a birth: at most once a minute each, then with doubling pauses up to an hour, because births may lie
/// outside the source's topics.
/// </summary>
internal sealed class RebirthRequests
{
    private const long LeastPauseTicks = 60 * TimeSpan.TicksPerSecond;
    /// <summary>The pause doubles so often: up to an hour.</summary>
    private const int DoublingLimit = 6;

    private readonly Queue<SparkplugNode> _pending = [];

    /// <summary>Asks for the birth of a node, unless it was asked a short while ago.</summary>
    public void Add(SparkplugNode node, long nowTicks)
    {
        if (node.IsRequestPending || nowTicks < node.NextRequestTicks) return;
        node.RequestedTicks = nowTicks;
        node.NextRequestTicks = nowTicks + (LeastPauseTicks << Math.Min(node.Requests, DoublingLimit));
        node.Requests++;
        node.IsRequestPending = true;
        _pending.Enqueue(node);
    }

    /// <summary>The next message to publish, if there is one.</summary>
    public bool TryTake(out SenderRequest request)
    {
        request = default;
        while (_pending.TryDequeue(out var node))
        {
            node.IsRequestPending = false;
            // Its birth came meanwhile.
            if (node.Requests == 0) continue;
            request = new SenderRequest($"spBv1.0/{node.Group}/NCMD/{node.Name}", Payload(node.RequestedTicks));
            return true;
        }
        return false;
    }

    /// <summary>
    /// The payload { timestamp, metrics: [{ name: "Node Control/Rebirth", timestamp, datatype: Boolean, value: true }] }.
    /// </summary>
    private static byte[] Payload(long ticks)
    {
        var time = Varint((ulong)Math.Max(0, (ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond));
        var name = "Node Control/Rebirth"u8;
        byte[] metric = [0x0a, (byte)name.Length, .. name, 0x18, .. time, 0x20, (byte)SparkplugType.Boolean, 0x70, 1];
        return [0x08, .. time, 0x12, (byte)metric.Length, .. metric];
    }

    private static byte[] Varint(ulong number)
    {
        var bytes = new List<byte>();
        for (; number >= 0x80; number >>= 7) bytes.Add((byte)(number | 0x80));
        return [.. bytes, (byte)number];
    }
}
