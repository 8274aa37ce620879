using EdgeAgent.Inference.Sessions;
using EdgeAgent.Inference.Tensors;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Detection.Scoring;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>
/// Turns the scores of one model into events that open, are updated and close. Time is event time throughout, so a
/// recording gives the same events whenever it is played. Belongs to one lane.
/// </summary>
internal sealed class DecisionStage(
    OnnxModel model, TimeSpan runLimit, IEventSink sink, LaneReceipts receipts, LaneCounters counters, IJudgementObserver? observer,
    IAlarmOutput? alarms = null) : IDisposable
{
    private readonly Attribution _attribution = new(model, runLimit);
    private readonly PeakFeatures _peak = new(model.Bundle.Manifest);
    private readonly float[] _shares = new float[model.Bundle.ChannelNames.Count];

    /// <summary>Of the runs that tell which channels an event is due to.</summary>
    public ModelOutage Attribution => _attribution.Outage;

    /// <summary>Decides on one judged window.</summary>
    public void Take(in Judgement judgement)
    {
        var (track, state) = (judgement.Track, judgement.Track.Decision);
        var score = state.Smooth(judgement.Score);
        var wasOpen = state.IsOpen;
        counters.Judged++;
        track.Detector.Counters.Judged++;
        if (track.Detector.Options.Forward == ForwardMode.EveryWindow) Send(judgement, Scored(judgement, score));

        var rule = StrongestRule(track.Detector, score, judgement.Values);
        if (score >= 1 || rule is not null)
            TakeAnomalous(judgement, score, rule);
        else
            TakeClear(judgement, score);
        track.Judged(score, isAnomalous: wasOpen || score >= 1 || rule is not null);
        observer?.Judged(judgement, score);
    }

    /// <summary>Closes the open event of a track, if there is one, for a reason that lies outside its score.</summary>
    /// <param name="track">The device under a detector.</param>
    /// <param name="timeTicks">Event time.</param>
    /// <param name="messageIndex">The message that waits for it.</param>
    /// <param name="reason">The event's <c>closedBecause</c>.</param>
    public void CloseBecause(DetectorTrack track, long timeTicks, int messageIndex, string reason)
    {
        if (!track.Decision.IsOpen) return;
        var judgement = new Judgement
        {
            Track = track, TimeTicks = timeTicks, MessageIndex = messageIndex, Score = track.Decision.LastScore,
            Input = [], Output = [], ModelValues = [], Values = [],
        };
        Report(judgement, EventKind.Closed, track.Decision.LastScore, reason);
        Close(track);
        track.Decision.BreakStreak();
    }

    public void Dispose() => _attribution.Dispose();

    private void TakeAnomalous(in Judgement judgement, float score, BoundRule? rule)
    {
        var (state, detector) = (judgement.Track.Decision, judgement.Track.Detector);
        var usual = score >= detector.Settings.Critical ? Severity.Critical : detector.Options.Severity;
        var isWorse = state.Raise(judgement, score, rule, usual);
        var mayOpen = state.Count(score, isAnomalous: true, detector.Settings);
        if (state.IsOpen)
        {
            Drive(judgement, score);
            if (isWorse || IsUpdateDue(judgement)) Report(judgement, EventKind.Updated, score);
            return;
        }
        if (!mayOpen || Math.Max(0, judgement.TimeTicks - state.StartedTicks) < detector.Settings.MinDurationTicks) return;
        state.Open(EventIds.Anomaly(judgement.Track.Device.Name, detector.Origin, state.StartedTicks));
        detector.Counters.Open++;
        Drive(judgement, score);
        Report(judgement, EventKind.Opened, score);
    }

    private void TakeClear(in Judgement judgement, float score)
    {
        var state = judgement.Track.Decision;
        if (state.Count(score, isAnomalous: false, judgement.Track.Detector.Settings))
        {
            Report(judgement, EventKind.Closed, score);
            Close(judgement.Track);
        }
        else if (state.IsOpen && IsUpdateDue(judgement))
        {
            Report(judgement, EventKind.Updated, score);
        }
    }

    private static void Close(DetectorTrack track)
    {
        track.Decision.Close();
        track.Detector.Counters.Open--;
        track.Renewal?.EventClosed();
    }

    private static bool IsUpdateDue(in Judgement judgement)
    {
        var (state, pace) = (judgement.Track.Decision, judgement.Track.Detector.Settings.Updates);
        return pace.IsDue(state.StartedTicks, state.ReportedTicks, judgement.TimeTicks);
    }

    private static BoundRule? StrongestRule(LaneDetector detector, float score, ReadOnlySpan<float> values)
    {
        BoundRule? strongest = null;
        foreach (var rule in detector.Rules)
            if ((strongest is null || rule.Severity > strongest.Severity) && rule.Holds(score, values))
                strongest = rule;
        return strongest;
    }

    private void Report(in Judgement judgement, EventKind kind, float score, string? closedBecause = null)
    {
        var (track, state) = (judgement.Track, judgement.Track.Decision);
        state.ReportedTicks = judgement.TimeTicks;
        state.Reports++;
        // Before the event is told: a lamp must not wait for a disk.
        if (kind == EventKind.Closed) alarms?.Clear(state.AnomalyId);
        var (featureNames, peak) = (track.Naming.Features, state.PeakRecord);
        _attribution.Explain(peak.Input, peak.Output, _shares);
        Send(judgement, Basics(judgement, kind, score, EventIds.Report(state.AnomalyId, state.Reports)) with
        {
            AnomalyId = state.AnomalyId,
            Severity = state.Severity,
            Rule = state.Rule?.Name,
            StartedTicks = state.StartedTicks,
            EndedTicks = kind == EventKind.Closed ? Math.Max(state.StartedTicks, state.LastAboveTicks) : null,
            ClosedBecause = closedBecause,
            Calibration = peak.Calibration,
            Peak = state.Peak,
            PeakTicks = state.PeakTicks,
            Channels = Causes(judgement),
            // An update repeats what the opening said but for the score, so it travels light.
            FeatureNames = kind == EventKind.Updated ? [] : featureNames,
            Features = kind == EventKind.Updated || featureNames.Length == 0 ? [] : peak.Input.ToArray(),
            Measured = kind == EventKind.Updated || !_peak.AreMeasured ? [] : _peak.Measured(peak),
        });
    }

    /// <summary>Raises the line of every rule that holds while an event stands, whichever of them decided it.</summary>
    private void Drive(in Judgement judgement, float score)
    {
        if (alarms is null) return;
        foreach (var rule in judgement.Track.Detector.Rules)
            if (rule.Gpio is { } gpio && rule.Holds(score, judgement.Values))
                alarms.Raise(judgement.Track.Decision.AnomalyId, gpio);
    }

    private ChannelCause[] Causes(in Judgement judgement)
    {
        var causes = new ChannelCause[_shares.Length];
        var (names, peak) = (judgement.Track.Naming.Channels, judgement.Track.Decision.PeakRecord);
        for (var c = 0; c < causes.Length; c++)
            causes[c] = _peak.AreMeasured
                ? _peak.Cause(peak, c, names[c], _shares[c])
                : new ChannelCause(names[c], model.Bundle.Manifest.Channels[c].Unit, peak.Values[c], Expected(peak, c), _shares[c]);
        return causes;
    }

    /// <summary>
    /// What a channel should have been; not a number where nobody knows: a model of values in their units says only how odd they are.
    /// </summary>
    private float Expected(PeakRecord peak, int channel) =>
        model.Bundle.Manifest.Calibration.Over == "none" && !WindowOrder.GivesReadings(model.Bundle.Manifest)
            ? float.NaN : peak.Expected[channel];

    private static AnomalyEvent Scored(in Judgement judgement, float score) =>
        Basics(judgement, EventKind.Scored, score, EventIds.Scored(
            judgement.Track.Device.Name, judgement.Track.Detector.Origin, judgement.TimeTicks,
            judgement.Track.Decision.CountSameTime(judgement.TimeTicks)));

    private static AnomalyEvent Basics(in Judgement judgement, EventKind kind, float score, string id) => new()
    {
        Kind = kind,
        Id = id,
        Device = judgement.Track.Device.Name,
        Detector = judgement.Track.Detector.Options.Name,
        Model = judgement.Track.Detector.Bundle.Manifest.Name,
        ModelVersion = judgement.Track.Detector.Bundle.Manifest.Version,
        TimeTicks = judgement.TimeTicks,
        Score = score,
    };

    private void Send(in Judgement judgement, AnomalyEvent anomaly)
    {
        counters.Events++;
        judgement.Track.Detector.Counters.Count(anomaly.Kind, anomaly.Severity);
        sink.Take(anomaly, receipts.ForEvent(judgement.MessageIndex));
    }
}
