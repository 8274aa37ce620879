using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Replay.Plot;

/// <summary>What is kept of one channel of one device.</summary>
/// <param name="name">The channel.</param>
/// <param name="unit">Its unit, where a model says one.</param>
/// <param name="track">The detector whose model sees it; null: none.</param>
/// <param name="index">Its place among that model's channels.</param>
/// <param name="columns">The columns of its device.</param>
internal sealed class ChannelPlot(string name, string? unit, DetectorTrack? track, int index, TimeColumns columns)
{
    public string Name => name;
    public string? Unit => unit;
    /// <summary>The detector whose model sees it; null: none.</summary>
    public DetectorTrack? Track { get; set; } = track;
    public bool IsSeen => Track is not null;
    public ValueRow Values { get; } = columns.AddValues();
    /// <summary>Where it stands in a reading; −1: not brought yet.</summary>
    public int Position { get; set; } = -1;

    /// <summary>What the device's calibration took for normal; null where there is none.</summary>
    public (double Mean, double Spread)? Normal
    {
        get
        {
            if (Track is null || !Track.Calibration.IsComplete || Track.Detector.Features is not null) return null;
            var mean = Track.Calibration.Means[index];
            return (mean, Track.Calibration.Undo(index, 1) - mean);
        }
    }
}
