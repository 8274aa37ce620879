namespace EdgeAgent.Pipeline.Windows;

/// <summary>What one detector has learned of one device, as it stood at one moment.</summary>
/// <param name="Device">The device.</param>
/// <param name="Detector">The detector.</param>
/// <param name="State"><c>learning</c> or <c>steady</c>.</param>
/// <param name="Learned">Readings learned from.</param>
/// <param name="Needed">Readings that it learns from before it judges.</param>
/// <param name="Channels">The model's channels; means and spreads stand in their order.</param>
/// <param name="Means">Mean of each channel so far, in its unit.</param>
/// <param name="Spreads">Spread of each channel so far, in its unit.</param>
internal sealed record CalibrationView(
    string Device, string Detector, string State, int Learned, int Needed,
    IReadOnlyList<string> Channels, IReadOnlyList<float> Means, IReadOnlyList<float> Spreads)
{
    public const string Learning = "learning";
    public const string Steady = "steady";

    /// <summary>For the lane that owns the track.</summary>
    public static CalibrationView Of(DetectorTrack track)
    {
        var calibration = track.Calibration;
        var channels = track.Detector.Bundle.ChannelNames;
        return new CalibrationView(
            track.Device.Name, track.Detector.Options.Name, calibration.IsComplete ? Steady : Learning,
            calibration.Count, calibration.Needed, channels,
            [.. channels.Select((_, c) => calibration.Mean(c))], [.. channels.Select((_, c) => calibration.Spread(c))]);
    }
}
