using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>Hears what a lane makes of one recording, reading by reading.</summary>
internal sealed class PlayedReadings : IEventSink, IJudgementObserver
{
    private readonly ReadingVerdicts _verdicts = new();
    private bool[]? _isOpen;

    public PlayedReadings(int readings)
    {
        Outputs = new float[readings];
        Array.Fill(Outputs, float.NaN);
        Scores = [.. Outputs];
    }

    /// <summary>The model's number for each reading that was judged; NaN for the others.</summary>
    public float[] Outputs { get; }
    /// <summary>The score for each reading that was judged, 1 at the device's threshold; NaN for the others.</summary>
    public float[] Scores { get; }
    /// <summary>Whether an event was open after each reading; to be asked once all are judged.</summary>
    public bool[] IsOpen => _isOpen ??= _verdicts.ToArray();
    /// <summary>The first reading that was judged.</summary>
    public int First => _verdicts.First;
    /// <summary>The events in order, each as it was last reported.</summary>
    public List<AnomalyEvent> Events { get; } = [];
    public bool HasJudged => First >= 0;

    public void Note(long timeTicks) => _verdicts.Note(timeTicks);

    public void Take(AnomalyEvent anomaly, EventReceipt? receipt)
    {
        if (anomaly.Kind == EventKind.Opened) Events.Add(anomaly);
        // Later reports know more: a higher peak, the channels there, the end.
        else if (Events.Count > 0 && anomaly.Channels.Count > 0) Events[^1] = anomaly;
        if (anomaly is { Kind: EventKind.Closed, ClosedBecause: not null })
            _verdicts.Closed(anomaly.Device, anomaly.Detector, anomaly.TimeTicks);
    }

    public void Judged(in Judgement judgement, float score)
    {
        var track = judgement.Track;
        var reading = _verdicts.Judged(track.Device.Name, track.Detector.Options.Name, judgement.TimeTicks, track.Decision.IsOpen);
        if (reading >= 0) (Outputs[reading], Scores[reading]) = (judgement.Raw, score);
    }

    void IJudgementObserver.Judged(DetectorTrack track, long timeTicks, float score)
    {
        // All of it comes with the judgement.
    }
}
