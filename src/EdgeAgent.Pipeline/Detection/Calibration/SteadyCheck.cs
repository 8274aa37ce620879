using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>
/// Compares the blocks of a first calibration: one that holds a fault, a start or a stop would make that a device's
/// normal. A channel or two that warm up are common and no reason to doubt.
/// </summary>
/// <remarks>
/// What a sensor cannot tell apart is no movement; what a channel may wander in proportion to its level is one. That is measured
/// over many times the length of a calibration: with it as a floor, none of SKAB's 35 recordings is told, not even the one
/// whose first 400 readings hold 296 of a fault.
/// </remarks>
public static class SteadyCheck
{
    /// <summary>Fewer readings in a block say nothing about its spread.</summary>
    private const int ReadingsNeeded = 8;

    /// <summary>The channels that were unsteady, most of all the first; empty when too few were for the device to be.</summary>
    public static IReadOnlyList<int> Find(ChannelCalibration calibration, ManifestSteady settings)
    {
        var channels = calibration.Momentary.Length;
        foreach (var block in calibration.Blocks)
            if (block.Count < ReadingsNeeded)
                return [];
        var unsteady = new List<(int Channel, double By)>();
        foreach (var c in calibration.Momentary)
            if (Unsteadiness(calibration, c, settings) is > 1 and var by)
                unsteady.Add((c, by));
        var limit = settings.Channels > 0 ? Math.Min(settings.Channels, channels) : (channels + 2) / 3;
        return unsteady.Count < limit ? [] : [.. unsteady.OrderByDescending(u => u.By).Select(u => u.Channel)];
    }

    /// <summary>How far a channel is beyond what it may be: above 1 is too far.</summary>
    private static double Unsteadiness(ChannelCalibration calibration, int channel, ManifestSteady settings)
    {
        var blocks = calibration.Blocks;
        var spreads = new double[blocks.Length];
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var b = 0; b < blocks.Length; b++)
        {
            spreads[b] = Math.Max(blocks[b].Spread(channel), calibration.SensorFloor(channel, blocks[b].Mean(channel)));
            low = Math.Min(low, blocks[b].Mean(channel));
            high = Math.Max(high, blocks[b].Mean(channel));
        }
        Array.Sort(spreads);
        var median = (spreads[(spreads.Length - 1) / 2] + spreads[spreads.Length / 2]) / 2;
        return Math.Max((high - low) / median / settings.Drift, spreads[^1] / median / settings.Spread);
    }
}
