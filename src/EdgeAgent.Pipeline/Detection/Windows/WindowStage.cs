using System.Globalization;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Formats;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>What became of a reading in one detector's window.</summary>
internal enum WindowOutcome
{
    /// <summary>Taken in; no judgement is due.</summary>
    Held,
    /// <summary>Taken in, and the window is ready to be judged.</summary>
    Ready,
    /// <summary>No reading yet: what came waits for other channels.</summary>
    Waiting,
    /// <summary>Not taken in: the device has never sent a channel that the model needs, or not for too long.</summary>
    LacksChannel,
    /// <summary>Not taken in: the detector's gate is closed.</summary>
    KeptOut,
}

/// <summary>Takes readings into windows, and learns from them what is normal for the device. Runs on its lane.</summary>
internal sealed partial class WindowStage(ILogger logger)
{
    private static readonly ManifestSteady UsualSteady = new();

    /// <summary>A window in one piece, for its statistics.</summary>
    private float[] _view = [];

    /// <param name="track">The device under a detector.</param>
    /// <param name="timeTicks">Event time.</param>
    /// <param name="values">The reading, by position in <paramref name="channels"/>; NaN where missing.</param>
    /// <param name="channels">What the positions mean.</param>
    public WindowOutcome Take(DetectorTrack track, long timeTicks, ReadOnlySpan<float> values, ChannelNames channels) =>
        TryFill(track, values, channels) ? Take(track, timeTicks) : Lacking(track);

    /// <summary>Takes a reading that was put together.</summary>
    /// <param name="track">The device under a detector.</param>
    /// <param name="timeTicks">Event time.</param>
    /// <param name="row">The reading in the model's order; NaN where missing.</param>
    /// <param name="channels">What the source has.</param>
    /// <param name="tells">Whether to tell what is lacking: an agent may begin in the middle of a device's first reading.</param>
    public WindowOutcome TakeJoined(DetectorTrack track, long timeTicks, ReadOnlySpan<float> row, ChannelNames channels, bool tells)
    {
        var isComplete = true;
        for (var c = 0; c < row.Length; c++)
            isComplete &= track.Fill(c, row[c]);
        if (isComplete) track.IsMissingLogged = false;
        else if (tells) TellMissing(track, [], channels);
        return isComplete ? Take(track, timeTicks) : Lacking(track);
    }

    /// <summary>Tells once what the device lacks.</summary>
    public void TellMissing(DetectorTrack track, ReadOnlySpan<float> values, ChannelNames channels)
    {
        if (!track.IsMissingLogged) LogMissing(track, values, channels);
    }

    private static WindowOutcome Lacking(DetectorTrack track)
    {
        track.Detector.Counters.Lacking++;
        return WindowOutcome.LacksChannel;
    }

    private WindowOutcome Take(DetectorTrack track, long timeTicks)
    {
        track.Detector.Counters.Taken++;
        var gapLimit = track.Detector.Settings.GapLimitTicks;
        if (gapLimit > 0 && track.Window.Count > 0 && timeTicks - track.LastTicks > gapLimit) TakeGap(track);
        track.LastTicks = timeTicks;
        if (track.Rates?.Take(track.LastValues, track.MissingFor, timeTicks) == false) return WindowOutcome.Held;
        track.Window.Push(track.Reading);
        FeatureWindows.LearnScale(track);
        if (track.Detector.Features is { } extractor)
            return FeatureWindows.IsDue(track) ? TakeFeatures(track, extractor) : WindowOutcome.Held;
        if (!Learn(track, track.Reading)) return WindowOutcome.Held;
        if (!track.Window.IsFull || ++track.SinceJudged < track.Detector.Bundle.Manifest.Window.Stride) return WindowOutcome.Held;
        track.SinceJudged = 0;
        return WindowOutcome.Ready;
    }

    /// <summary>Forgets the window, keeps what was learned of the device.</summary>
    public static void StartAnew(DetectorTrack track)
    {
        track.Window.Clear();
        track.SinceJudged = 0;
        // Judgements of the batch in hand may still be due, so the streak is broken when the next one after them is decided.
        track.StartsAnew = true;
    }

    /// <summary>The device's time begins anew.</summary>
    public static void SetBack(DetectorTrack track)
    {
        StartAnew(track);
        track.Joiner?.Clear();
    }

    /// <summary>Brings a track to what its last block of readings, now judged, did to its calibration.</summary>
    public void Renew(DetectorTrack track, RenewalOutcome outcome)
    {
        track.Renewal!.Apply(outcome);
        track.CalibratedTicks = track.LastTicks;
        if (track.Renewal.IsAllNew) track.IsUnsteady = false;
        if (outcome != RenewalOutcome.Adopted) return;
        track.Lasting?.Adopted();
        NewNormalAdopted(track.Device.Name, track.Detector.Options.Name);
    }

    /// <summary>A track's device runs again as it did in a known state.</summary>
    public void Returned(DetectorTrack track)
    {
        track.CalibratedTicks = track.LastTicks;
        track.Lasting?.Adopted();
        KnownStateReturned(track.Device.Name, track.Detector.Options.Name);
    }

    /// <summary>Makes the device learn anew what is normal, from its next readings on. To be called on its lane.</summary>
    public void ResetCalibration(DetectorTrack track)
    {
        Forget(track);
        // A sensor that has got another name is found; one that another has joined keeps its place.
        if (track.MissingFor[0] > 0) track.Pick?.Clear();
        CalibrationReset(track.Device.Name, track.Detector.Options.Name);
    }

    private static void Forget(DetectorTrack track)
    {
        track.ForgetCalibration();
        StartAnew(track);
    }

    /// <summary>Where features are calibrated the window is a reading of its own, and learned from or judged as such.</summary>
    private WindowOutcome TakeFeatures(DetectorTrack track, FeatureExtractor extractor)
    {
        if (_view.Length < track.Window.Values) _view = new float[track.Window.Values];
        track.Window.CopyTo(_view, track.Scale ?? track.Calibration);
        extractor.Extract(_view.AsSpan(0, track.Window.Values), track.Features);
        return Learn(track, track.Features) ? WindowOutcome.Ready : WindowOutcome.Held;
    }

    /// <summary>A sensor that sends a burst now and then is not new after each pause: its window is, its streak is not.</summary>
    private static void TakeGap(DetectorTrack track)
    {
        if (track.Detector.Features is null)
            StartAnew(track);
        else
            track.Window.Clear();
    }

    /// <summary>A block of readings of a device that is judged provisionally is full, and all of it judged.</summary>
    public void SettleProvisional(DetectorTrack track)
    {
        if (!track.Provisional!.Settle(track.Decision.IsOpen)) return;
        if (track.Calibration.IsComplete) Calibrated(track);
        else Provisional(track);
    }

    /// <summary>Learns of a reading, or of a window's features; false where the device cannot be judged yet.</summary>
    private bool Learn(DetectorTrack track, ReadOnlySpan<float> values)
    {
        var (calibration, provisional) = (track.Calibration, track.Provisional);
        if (calibration.IsComplete)
        {
            track.Renewal?.Add(values);
            return true;
        }
        if (calibration.IsProvisional)
        {
            provisional!.Add(values);
        }
        else
        {
            track.Threshold?.Note(values, calibration);
            calibration.Learn(values);
            if (calibration.IsComplete) Calibrated(track);
            if (provisional is not { MayBegin: true } || !track.Detector.Settings.JudgesProvisionally) return false;
            Provisional(track);
            DeviceProvisional(track.Device.Name, track.Detector.Options.Name, calibration.Count, calibration.Readings);
        }
        if (track.Window.Count >= provisional.ReadingsNeeded) track.Window.FillUp();
        return track.Detector.Settings.JudgesProvisionally;
    }

    private static void Provisional(DetectorTrack track)
    {
        track.Calibration.TakeProvisional(widens: track.Detector.Bundle.Manifest.Output.Provisional is null);
        track.CalibratedTicks = track.LastTicks;
    }

    private void Calibrated(DetectorTrack track)
    {
        track.CalibratedTicks = track.LastTicks;
        track.Renewal?.Begin();
        DeviceCalibrated(track.Device.Name, track.Detector.Options.Name, track.Calibration.Count);
        CheckSteady(track);
        if (IsQuiet(track)) LogQuiet(track);
    }

    /// <summary>Whether the device spreads so little that its model hardly sees it; features have floors of another kind.</summary>
    public static bool IsQuiet(DetectorTrack track) =>
        !track.Detector.Bundle.Manifest.CalibratesFeatures && QuietCheck.Find(track.Calibration).Count > 0;

    private void LogQuiet(DetectorTrack track)
    {
        var channels = QuietCheck.Find(track.Calibration).Select(c => string.Create(CultureInfo.InvariantCulture,
            $"{track.Naming.Calibrated[c]} {track.Calibration.Spread(c):G2} {track.Detector.Bundle.Manifest.Channels[c].Unit}").TrimEnd());
        DeviceQuiet(track.Device.Name, track.Detector.Options.Name, string.Join(", ", channels));
    }

    private void CheckSteady(DetectorTrack track)
    {
        var (bundle, calibration) = (track.Detector.Bundle, track.Calibration);
        var unsteady = SteadyCheck.Find(calibration, bundle.Manifest.Calibration.Steady ?? UsualSteady);
        track.IsUnsteady = unsteady.Count > 0;
        if (track.IsUnsteady)
            DeviceUnsteady(
                track.Device.Name, track.Detector.Options.Name, string.Join(", ", unsteady.Select(c => track.Naming.Calibrated[c])));
    }

    /// <summary>Brings the model's channels into its order; a missing value stays at its last known one, for as long as it may.</summary>
    private bool TryFill(DetectorTrack track, ReadOnlySpan<float> values, ChannelNames channels)
    {
        var positions = track.Detector.Positions(channels);
        var isComplete = true;
        for (var c = 0; c < positions.Length; c++)
        {
            var position = track.Pick is { } pick ? Picked(track, pick, values, channels) : positions[c];
            isComplete &= track.Fill(c, position >= 0 && position < values.Length ? values[position] : float.NaN);
        }
        // Without a choice the value from before a restart is nobody's.
        isComplete &= track.Pick is not { Name: null };
        if (isComplete) track.IsMissingLogged = false;
        else TellMissing(track, values, channels);
        return isComplete;
    }

    /// <summary>A choice that turns out to be none takes with it what was learned of the channel.</summary>
    private static int Picked(DetectorTrack track, ChannelPick pick, ReadOnlySpan<float> values, ChannelNames channels)
    {
        var wasNamed = pick.Name is not null;
        var position = pick.Position(values, channels);
        if (!wasNamed || pick.Name is not null) return position;
        Forget(track);
        track.LastValues[0] = float.NaN;
        return position;
    }

    private void LogMissing(DetectorTrack track, ReadOnlySpan<float> values, ChannelNames channels)
    {
        // A reading without any value leaves nothing to choose from; the next one may.
        if (track.Pick is { Name: null } && !values.ContainsAnyExcept(float.NaN)) return;
        track.IsMissingLogged = true;
        track.Device.Sent.Note(values);
        var remedy = MissingChannels.Remedy(MissingChannels.ReasonOf(track));
        DeviceNotTaken(track.Detector.Options.Name, track.Device.Name, MissingChannels.Describe(track, channels), remedy);
    }

    [LoggerMessage(LogLevel.Information,
        "{Device} is judged provisionally for {Detector} after its first {Readings} readings, until it has calibrated on {Needed}")]
    private partial void DeviceProvisional(string device, string detector, int readings, int needed);

    [LoggerMessage(LogLevel.Information, "{Device} calibrated for {Detector} on its first {Readings} readings")]
    private partial void DeviceCalibrated(string device, string detector, int readings);

    [LoggerMessage(
        LogLevel.Warning,
        "{Device} was not steady while it calibrated for {Detector}: {Channels} moved. It is judged all the same; if it was starting, "
            + "stopping or at fault then, reset its calibration when it runs as it should")]
    private partial void DeviceUnsteady(string device, string detector, string channels);

    [LoggerMessage(
        LogLevel.Warning,
        "{Device} is quieter than the machines that the model of {Detector} was made from: changes smaller than these are not seen: "
            + "{Channels}. Fit a model on recordings of its own to see them")]
    private partial void DeviceQuiet(string device, string detector, string channels);

    [LoggerMessage(LogLevel.Warning,
        "{Device} has been steady elsewhere for so long that {Detector} takes it for normal: its anomaly is closed as adopted")]
    private partial void NewNormalAdopted(string device, string detector);

    [LoggerMessage(LogLevel.Information,
        "{Device} runs as it did before in an operating state that {Detector} knows: its anomaly is closed as known")]
    private partial void KnownStateReturned(string device, string detector);

    [LoggerMessage(LogLevel.Information, "{Device} calibrates anew for {Detector}")]
    private partial void CalibrationReset(string device, string detector);

    [LoggerMessage(LogLevel.Warning, "{Detector} does not judge {Device}: it {Why}. To have it judged: {Remedy}")]
    private partial void DeviceNotTaken(string detector, string device, string why, string remedy);
}
