using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Replay.Plot;

/// <summary>What is kept of one detector on one device.</summary>
internal sealed class DetectorPlot(DetectorTrack track, TimeColumns columns)
{
    public DetectorTrack Track => track;
    public string Name => track.Detector.Options.Name;
    public ValueRow Scores { get; } = columns.AddValues();
    public EventNotes Events { get; } = new(columns);
    public long Judged { get; set; }
}
