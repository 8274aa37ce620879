using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>What a device has learned under one detector, to be shown. A copy; free for all threads.</summary>
/// <param name="Device">The device.</param>
/// <param name="Detector">The detector.</param>
/// <param name="State"><c>learning</c>, <c>lacking</c>: the detector does not take what it sends; <c>provisional</c>: judged, and learning
/// still; <c>steady</c>, or <c>unsteady</c>: learned from readings that may hold a fault.</param>
/// <param name="Readings">Readings that it rests on, or learned so far.</param>
/// <param name="Needed">Readings that are learned.</param>
/// <param name="Renewals">How often it was renewed.</param>
/// <param name="Since">Event time at which it was made or last renewed; null: not yet.</param>
/// <param name="IsQuiet">The device spreads far less than the machines that the model was made from, so that small faults are not
/// seen.</param>
/// <param name="Channels">The model's channels, or the features of them that are calibrated; without figures while it learns.</param>
internal sealed record CalibrationView(
    string Device, string Detector, string State, int Readings, int Needed,
    int Renewals, DateTime? Since, bool IsQuiet, IReadOnlyList<ChannelView> Channels)
{
    public const string Learning = "learning";
    public const string Provisional = "provisional";
    public const string Lacking = "lacking";

    /// <summary>The track as it stands. To be called on its lane.</summary>
    public static CalibrationView Of(DetectorTrack track)
    {
        var (calibration, manifest) = (track.Calibration, track.Detector.Bundle.Manifest);
        return new CalibrationView(
            track.Device.Name, track.Detector.Options.Name,
            StateOf(track),
            calibration.Count, manifest.Calibration.Needed, track.Renewal?.Renewals ?? 0, 
            track.CalibratedTicks == 0 ? null : new DateTime(track.CalibratedTicks, DateTimeKind.Utc),
            WindowStage.IsQuiet(track),
            calibration.CanApply
                ? [.. track.Naming.Calibrated.Select((name, i) => new ChannelView(
                    name, manifest.CalibratesFeatures ? null : manifest.Channels[i].Unit, calibration.Means[i], calibration.Spread(i)))]
                : []);
    }

    private static string StateOf(DetectorTrack track) => track.Calibration switch
    {
        { IsProvisional: true } => Provisional,
        { IsComplete: false } => track.IsMissingLogged ? Lacking : Learning,
        _ => track.IsUnsteady ? "unsteady" : "steady",
    };
}

/// <summary>What is normal for one channel of a device.</summary>
internal readonly record struct ChannelView(string Name, string? Unit, float Mean, float Spread);
