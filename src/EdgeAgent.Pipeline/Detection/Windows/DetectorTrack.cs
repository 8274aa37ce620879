using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows.Joining;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>One device under one detector: calibration, window, and where its decision stands. Owned by a lane.</summary>
internal sealed class DetectorTrack
{
    public DetectorTrack(Device device, LaneDetector detector)
    {
        var manifest = detector.Bundle.Manifest;
        Device = device;
        Detector = detector;
        var renew = manifest.Calibration.Renew;
        Scale = CalibrationForms.Scale(manifest);
        Calibration = CalibrationForms.Of(manifest, Scale);
        Threshold = manifest.Calibration.Threshold is { } own
            ? new OwnThreshold(own, Calibration.Floors.Length, manifest.Channels.Count) : null;
        Lasting = CalibrationForms.Lasting(manifest);
        Renewal = renew is null ? null : new CalibrationRenewal(renew, Calibration);
        Provisional = manifest.Calibration.Provisional is { } from ? new ProvisionalLearning(from, Calibration, Threshold) : null;
        Window = new SensorWindow(
            manifest.Window.Length, manifest.Channels.Count, calibrates: !manifest.CalibratesFeatures || Scale is not null);
        Features = new float[manifest.CalibratesFeatures ? manifest.Input.Features!.Count * manifest.Channels.Count : 0];
        LastValues = new float[manifest.Channels.Count];
        Array.Fill(LastValues, float.NaN);
        MissingFor = new int[manifest.Channels.Count];
        Rates = CounterRates.Of(manifest);
        Decision = new DecisionState(detector.Settings.Smooth);
        EventRate = new EventRate(manifest.Decision.Promise);
        if (manifest.Channels.Count > 1) Joiner = new ChannelJoiner(manifest.Channels.Count);
        Pick = detector.PicksChannel ? new ChannelPick(manifest, detector.Naming) : null;
    }

    public Device Device { get; }
    public LaneDetector Detector { get; private set; }

    /// <summary>Goes on under a detector with other settings or rules, of the same identity. To be called on its lane.</summary>
    public void Continue(LaneDetector detector)
    {
        if (detector.Reading != Detector.Reading) Joiner?.Drop();
        Detector = detector;
        Decision.Continue(detector.Settings.Smooth, detector.Rules);
        EventRate = EventRate.Under(detector.Bundle.Manifest.Decision.Promise);
    }

    /// <summary>The channel that the device has left to choose; null where the model or the configuration names it.</summary>
    public ChannelPick? Pick { get; }
    /// <summary>What the device calls the model's channels.</summary>
    public ChannelNaming Naming => Pick?.Naming ?? Detector.Naming;
    public ChannelCalibration Calibration { get; }
    /// <summary>What readings are brought to before their features are taken; null where these are of readings as they came.</summary>
    public ChannelCalibration? Scale { get; }
    /// <summary>The device's own threshold; null where the model's counts for all.</summary>
    public OwnThreshold? Threshold { get; }
    /// <summary>Tells levels that stay off by less than the threshold asks for; null where the model does not ask for it.</summary>
    public LastingDeviation? Lasting { get; }
    /// <summary>Whether the device's own threshold is still to be found, and can be.</summary>
    public bool IsThresholdDue => Threshold is { IsFound: false } && Calibration.IsComplete;
    /// <summary>How it learns while it is judged already; null where the model does not ask for it.</summary>
    public ProvisionalLearning? Provisional { get; }
    /// <summary>Keeps the calibration up to date; null where the model does not ask for it.</summary>
    public CalibrationRenewal? Renewal { get; }
    /// <summary>Event time of the last reading when the calibration was made or last renewed.</summary>
    public long CalibratedTicks { get; set; }
    /// <summary>What the device's normal rests on as it stands.</summary>
    public CalibrationNote CalibrationNote => new(CalibrationState, Calibration.Count, CalibratedTicks);

    private CalibrationState CalibrationState =>
        Calibration.IsProvisional ? CalibrationState.Provisional : IsUnsteady ? CalibrationState.Unsteady : CalibrationState.Steady;
    /// <summary>Whether the first calibration may hold a fault, a start or a stop, and still counts.</summary>
    public bool IsUnsteady { get; set; }
    /// <summary>Forgets all that was learned of the device.</summary>
    public void ForgetCalibration()
    {
        Calibration.Clear();
        Scale?.Clear();
        Threshold?.Clear();
        Lasting?.Clear();
        EventRate.Clear();
        Provisional?.Clear();
        Renewal?.Clear();
        (CalibratedTicks, IsUnsteady) = (0, false);
    }
    /// <summary>Tells what learns of the readings how they were judged.</summary>
    public void Judged(float score, bool isAnomalous)
    {
        if (Calibration.IsComplete) Renewal?.Judged(score, isAnomalous);
        else Provisional?.Judged(isAnomalous);
    }

    /// <summary>Takes a channel's value in; false where it has none, not even a last known one.</summary>
    public bool Fill(int channel, float value)
    {
        if (!float.IsNaN(value))
        {
            LastValues[channel] = value;
            MissingFor[channel] = 0;
            return true;
        }
        if (MissingFor[channel] < int.MaxValue) MissingFor[channel]++;
        return !IsMissing(channel);
    }

    /// <summary>Whether a channel of the model has no value that still counts.</summary>
    public bool IsMissing(int channel) => float.IsNaN(LastValues[channel]) || MissingFor[channel] > Detector.Settings.HoldLimit;

    /// <summary>Puts together what the device sends apart; null where one channel is all that the model needs.</summary>
    public ChannelJoiner? Joiner { get; }
    public SensorWindow Window { get; }
    /// <summary>The statistics of the window when it was last ready, where they are what is calibrated; otherwise empty.</summary>
    public float[] Features { get; }
    public DecisionState Decision { get; }
    /// <summary>Keeps events as rare as the model promises.</summary>
    public EventRate EventRate { get; private set; }
    /// <summary>The last known value of each model channel, which stands in for a missing one; NaN: never seen.</summary>
    public float[] LastValues { get; }
    /// <summary>What the model sees of counters; null where it has none.</summary>
    public CounterRates? Rates { get; }
    /// <summary>The last reading as the model sees it.</summary>
    public float[] Reading => Rates?.Row ?? LastValues;
    /// <summary>For how many readings each channel has been missing.</summary>
    public int[] MissingFor { get; }
    /// <summary>Event time of the last reading taken in.</summary>
    public long LastTicks { get; set; }
    /// <summary>Whether the next judgement has nothing to do with those before it.</summary>
    public bool StartsAnew { get; set; }
    /// <summary>Whether the last reading came while the detector's gate was closed.</summary>
    public bool IsKeptOut { get; set; }
    /// <summary>Readings since the last judgement.</summary>
    public int SinceJudged { get; set; }
    /// <summary>What the broker repeats up to here went through before a restart, though other detectors may not have seen it.</summary>
    public long SeenTicks { get; set; } = long.MinValue;
    /// <summary>Where it is kept through restarts; null where nothing is.</summary>
    public object? Slot { get; set; }
    /// <summary>Rows without any channel of the model that came before the first with one.</summary>
    public int RowsWithout { get; set; }
    /// <summary>Whether it was told that this device lacks channels.</summary>
    public bool IsMissingLogged { get; set; }
}
