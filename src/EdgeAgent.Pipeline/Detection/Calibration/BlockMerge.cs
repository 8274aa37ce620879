namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>
/// Mean and spread of a channel over blocks of readings. A block that lies far from most is left out, so that a start or
/// a short fault among the readings does not become the device's normal: the majority decides.
/// </summary>
/// <remarks>Merged by the method of Chan, Golub and LeVeque, see <see cref="ChannelBlock"/>. Allocates nothing.</remarks>
/// <param name="outlier">Spreads from the median block's mean beyond which a block is left out; 0: none is.</param>
internal readonly struct BlockMerge(float outlier)
{
    /// <summary>Blocks that a calibration may rest on; a manifest with more is refused.</summary>
    private const int BlockLimit = 128;

    /// <param name="blocks">All of them, in the order of time.</param>
    /// <param name="channel">Which channel.</param>
    /// <param name="floor">Smallest spread, in the channel's unit.</param>
    /// <param name="drift">Smallest spread, as a share of the level.</param>
    /// <param name="wander">What a spread is taken times.</param>
    /// <returns>Mean and population standard deviation.</returns>
    public (double Mean, double Spread) Of(ReadOnlySpan<ChannelBlock> blocks, int channel, float floor, float drift, float wander = 1)
    {
        var (center, reach) = outlier > 0 && blocks.Length <= BlockLimit
            ? Majority(blocks, channel, floor, drift, wander) : (0, double.PositiveInfinity);
        double mean = 0, squares = 0;
        var count = 0;
        foreach (var block in blocks)
        {
            if (block.Count == 0 || Math.Abs(block.Mean(channel) - center) > reach) continue;
            double total = count + block.Count;
            var difference = block.Mean(channel) - mean;
            mean += difference * (block.Count / total);
            squares += block.Squares(channel) + difference * difference * (count * (block.Count / total));
            count += block.Count;
        }
        return count == 0 ? (0, 0) : (mean, Math.Sqrt(squares / count));
    }

    /// <summary>Where most blocks lie, and how far from there one may.</summary>
    private (double Center, double Reach) Majority(
        ReadOnlySpan<ChannelBlock> blocks, int channel, float floor, float drift, float wander)
    {
        Span<double> numbers = stackalloc double[BlockLimit];
        numbers = numbers[..blocks.Length];
        for (var b = 0; b < blocks.Length; b++)
            numbers[b] = blocks[b].Mean(channel);
        // One of the blocks' own means, never the middle between two: so at least that block counts.
        numbers.Sort();
        var center = numbers[numbers.Length / 2];
        for (var b = 0; b < blocks.Length; b++)
            numbers[b] = blocks[b].Spread(channel);
        var spread = Math.Max(wander * Middle(numbers), Math.Max(floor, drift * Math.Abs(center)));
        return (center, outlier * spread);
    }

    private static double Middle(Span<double> numbers)
    {
        numbers.Sort();
        return (numbers[(numbers.Length - 1) / 2] + numbers[numbers.Length / 2]) / 2;
    }
}
