namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>
/// Blocks laid side by side for whoever looks at all of them. A block is a place in an array, so only the places are copied, into memory of
/// the thread: a list for each device would take more than it is worth. Valid until the thread asks again.
/// </summary>
internal static class BlockScratch
{
    [ThreadStatic]
    private static ChannelBlock[]? _blocks;

    /// <summary>The blocks of a ring, oldest first.</summary>
    public static ReadOnlySpan<ChannelBlock> Of(BlockRing ring)
    {
        var blocks = Room(ring.Count);
        for (var i = 0; i < blocks.Length; i++)
            blocks[i] = ring[i];
        return blocks;
    }

    /// <summary>The blocks of a ring, oldest first, behind one that stands for all before them.</summary>
    public static ReadOnlySpan<ChannelBlock> Of(ChannelBlock past, BlockRing ring)
    {
        if (past.Count == 0) return Of(ring);
        var blocks = Room(ring.Count + 1);
        blocks[0] = past;
        for (var i = 0; i < ring.Count; i++)
            blocks[i + 1] = ring[i];
        return blocks;
    }

    /// <summary>The first blocks of an array.</summary>
    public static ReadOnlySpan<ChannelBlock> Of(double[] numbers, int count, int channels)
    {
        var blocks = Room(count);
        for (var i = 0; i < count; i++)
            blocks[i] = new ChannelBlock(numbers, i, channels);
        return blocks;
    }

    private static Span<ChannelBlock> Room(int count)
    {
        if (_blocks is null || _blocks.Length < count) _blocks = new ChannelBlock[Math.Max(count, 16)];
        return _blocks.AsSpan(0, count);
    }
}
