namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>
/// Finds a device whose first readings spread far less than the least that its model believes in. The model is not wrong
/// about such a device, but blind: what it would have to see stays within what the machines that it was made from do all
/// the time.
/// </summary>
/// <remarks>
/// Channels that drift slowly spread little within a calibration on every machine (two of eight on SKAB's), so half of
/// them must be quiet. A floor that comes from the sensor's own step says nothing of other machines, and does not count.
/// </remarks>
public static class QuietCheck
{
    /// <summary>A channel is quiet when it spreads less than this share of its floor.</summary>
    private const double Share = 0.25;

    /// <summary>The channels that are quiet; empty when they are less than half, and before the calibration is complete.</summary>
    public static IReadOnlyList<int> Find(ChannelCalibration calibration)
    {
        var channels = calibration.Floors.Length;
        if (!calibration.IsComplete || calibration.IsGiven) return [];
        List<int>? quiet = null;
        for (var c = 0; c < channels; c++)
        {
            var (mean, spread) = calibration.First(c);
            if (spread < Share * calibration.ModelFloor(c, mean)) (quiet ??= []).Add(c);
        }
        return quiet is not null && 2 * quiet.Count >= channels ? quiet : [];
    }
}
