using System.Diagnostics;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Failures;
using EdgeAgent.Inference.Features;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Detection.Windows;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Detection.Scoring;

/// <summary>
/// Gathers the windows that became ready for one model and judges them in one run. It never waits to fill a batch.
/// Belongs to one lane.
/// </summary>
internal sealed class InferenceStage : IDisposable
{
    private const int FailureBurst = 5;
    private static readonly TimeSpan FailureEvery = TimeSpan.FromSeconds(10);

    private readonly ModelRunner _runner;
    private readonly FeatureExtractor? _features;
    private readonly ManifestOutput _output;
    private readonly DecisionStage _decisions;
    private readonly LaneCounters _counters;
    private readonly ScoringLog _log;
    private readonly StateReturn _states = new();
    private readonly Func<DetectorTrack, float> _scoreNow;
    private readonly Pending[] _pending;
    private readonly float[] _modelValues;
    private readonly int _modelChannels;
    private readonly float[] _measured = [];
    /// <summary>A window in one piece, for its statistics.</summary>
    private readonly float[] _view;
    private readonly int _inputLength;
    private float[] _values = [];
    private int _valuesStride;
    private int _count;
    private Allowance _failures = new(FailureBurst, FailureEvery);
    /// <summary>When a threshold is looked for again after a failure, in milliseconds since the machine started.</summary>
    private long _thresholdsFrom;

    private readonly record struct Pending(DetectorTrack Track, long TimeTicks, int MessageIndex, int Values, bool StartsAnew);

    public InferenceStage(OnnxModel model, TimeSpan runLimit, DecisionStage decisions, LaneCounters counters, ILogger logger)
    {
        var manifest = model.Bundle.Manifest;
        RunLimit = runLimit;
        _runner = new ModelRunner(model, ModelRunner.LaneBatch, runLimit);
        _inputLength = model.InputLength;
        if (manifest.CalibratesFeatures) _measured = new float[_runner.BatchLimit * _inputLength];
        _features = manifest.Input.Features is { } features && !manifest.CalibratesFeatures
            ? new FeatureExtractor(features, manifest.Channels.Count, manifest.Window.Length)
            : null;
        _view = new float[_features is null ? 0 : manifest.Window.Length * manifest.Channels.Count];
        _output = manifest.Output;
        (ModelName, ColdStart) = (manifest.Name, model.ColdStart);
        _decisions = decisions;
        _counters = counters;
        (_log, _scoreNow) = (new ScoringLog(logger), ScoreNow);
        _pending = new Pending[_runner.BatchLimit];
        _modelChannels = manifest.Channels.Count;
        _modelValues = new float[_runner.BatchLimit * _modelChannels];
    }

    public string ModelName { get; }
    /// <summary>What the model took until it was warm; null: it cannot be run.</summary>
    public ColdStart? ColdStart { get; }
    public RunTimes Times { get; } = new();
    public TimeSpan RunLimit { get; }
    public ModelOutage Outage { get; } = new(TimeProvider.System);

    /// <summary>Of the runs that tell which channels an event is due to.</summary>
    public ModelOutage Attribution => _decisions.Attribution;

    /// <summary>Takes the window of a track as it stands now; judges at once when the batch is full.</summary>
    public void Take(DetectorTrack track, long timeTicks, int messageIndex, ReadOnlySpan<float> values)
    {
        if (Outage.IsOut)
        {
            _counters.InferenceFailed++;
            NotJudged(track);
            return;
        }
        WriteInput(track);
        track.Reading.CopyTo(_modelValues.AsSpan(_count * _modelChannels));
        MakeRoom(values.Length);
        values.CopyTo(_values.AsSpan(_count * _valuesStride));
        _pending[_count++] = new Pending(track, timeTicks, messageIndex, values.Length, track.StartsAnew);
        track.StartsAnew = false;
        if (_count == _pending.Length) Run();
    }

    /// <summary>Judges what has been taken, in the order it came.</summary>
    public void Run()
    {
        if (_count == 0) return;
        try
        {
            var began = Stopwatch.GetTimestamp();
            _runner.Run(_count);
            Times.Add(Stopwatch.GetTimestamp() - began);
            if (Outage.TryEnd()) _log.ModelBack(ModelName);
            for (var slot = 0; slot < _count; slot++)
                Decide(slot);
        }
        catch (ModelRunException e)
        {
            LeaveOut();
            TakeFailure(e, _count);
        }
        _count = 0;
    }

    /// <summary>
    /// Asks the model how far a device went while it calibrated, which makes the device's own threshold. Where the model fails, that of
    /// all devices counts until it is tried again.
    /// </summary>
    public void FindThreshold(DetectorTrack track)
    {
        // What waits stands where the windows must go.
        Run();
        if (Outage.IsOut || Environment.TickCount64 < _thresholdsFrom) return;
        var (threshold, highest) = (track.Threshold!, 0f);
        try
        {
            for (var w = 0; w < threshold.Count; w++)
            {
                track.Calibration.Apply(threshold.Window(w), _runner.Input(0));
                _runner.Run(1);
                // Not a number is never the higher one.
                if (RawOutput.Of(_output, _runner.Input(0), _runner.Output(0)) - _output.Zero is var raw && raw > highest) highest = raw;
            }
        }
        catch (ModelRunException e)
        {
            _thresholdsFrom = Environment.TickCount64 + (long)FailureEvery.TotalMilliseconds;
            if (e is RunOverdueException) TakeFailure(e, 0);
            else _log.ThresholdNotFound(ModelName, track.Device.Name, e.Message);
            track.Detector.Counters.CountFailure(e.Message);
            return;
        }
        threshold.Find(highest, _output.Zero);
    }

    /// <summary>
    /// Asks the model whether the window of a device under an open event is normal for a state that it knows; the one for which it is most
    /// so is its calibration then. All that waits must have been judged.
    /// </summary>
    public bool TryReturn(DetectorTrack track)
    {
        if (Outage.IsOut) return false;
        try
        {
            return _states.TryReturn(track, _scoreNow);
        }
        catch (ModelRunException e)
        {
            if (e is RunOverdueException)
            {
                TakeFailure(e, 0);
                return false;
            }
            track.Detector.Counters.CountFailure(e.Message);
            if (MayTell()) _log.StateNotTold(ModelName, track.Device.Name, e.Message);
            return false;
        }
    }

    /// <summary>Closes the open event of a track, if there is one, for a reason that lies outside its score.</summary>
    public void CloseBecause(DetectorTrack track, long timeTicks, int messageIndex, string reason) =>
        _decisions.CloseBecause(track, timeTicks, messageIndex, reason);

    public void Dispose()
    {
        _runner.Dispose();
        _decisions.Dispose();
    }

    private float ScoreNow(DetectorTrack track)
    {
        WriteInput(track);
        _runner.Run(1);
        return ScoreOf(track, RawOutput.Of(_output, _runner.Input(0), _runner.Output(0)));
    }

    private void WriteInput(DetectorTrack track)
    {
        if (_measured.Length > 0)
            TakeMeasured(track);
        else if (_features is not null)
            TakeStatistics(track, _features);
        else
            track.Window.CopyTo(_runner.Input(_count), track.Calibration);
    }

    private void TakeStatistics(DetectorTrack track, FeatureExtractor features)
    {
        track.Window.CopyTo(_view, track.Calibration);
        features.Extract(_view.AsSpan(0, track.Window.Values), _runner.Input(_count));
    }

    /// <summary>The features as they are, for whoever wants to know; the model sees how far they are from normal.</summary>
    private void TakeMeasured(DetectorTrack track)
    {
        track.Features.CopyTo(_measured.AsSpan(_count * _inputLength));
        track.Calibration.Apply(track.Features, _runner.Input(_count));
    }

    private void TakeFailure(ModelRunException e, int windows)
    {
        if (e is RunOverdueException)
        {
            Outage.Begin(e.Message);
            _log.ModelOut(ModelName, e.Message, Outage.Pause.TotalSeconds);
            return;
        }
        foreach (ref readonly var pending in _pending.AsSpan(0, windows))
            pending.Track.Detector.Counters.CountFailure(e.Message);
        if (MayTell()) _log.WindowsNotJudged(ModelName, windows, e.Message);
    }

    private bool MayTell() => _failures.TryTake(Environment.TickCount64 * TimeSpan.TicksPerMillisecond);

    private void LeaveOut()
    {
        _counters.InferenceFailed += _count;
        for (var slot = 0; slot < _count; slot++)
            NotJudged(_pending[slot].Track);
    }

    /// <summary>What is not judged cannot be told from a fault, so it is not learned either.</summary>
    private static void NotJudged(DetectorTrack track) => track.Judged(0, isAnomalous: true);

    private void Decide(int slot)
    {
        ref readonly var pending = ref _pending[slot];
        if (pending.StartsAnew) pending.Track.Decision.BreakStreak();
        var raw = RawOutput.Of(_output, _runner.Input(slot), _runner.Output(slot));
        if (pending.Track.EventRate.Note(pending.TimeTicks, pending.Track.Decision.IsOpenByScore))
            _log.PromiseNotKept(pending.Track.Device.Name, pending.Track.Detector.Options.Name);
        var score = Score(pending.Track, raw, _runner.Input(slot));
        var counters = pending.Track.Detector.Counters;
        counters.CountOutput(float.IsFinite(score));
        if (!float.IsFinite(score))
        {
            if (counters.NotANumber == 1) _log.OutputNotANumber(ModelName, pending.Track.Detector.Options.Name, pending.Track.Device.Name);
            _counters.InferenceFailed++;
            NotJudged(pending.Track);
            return;
        }
        _decisions.Take(new Judgement
        {
            Track = pending.Track,
            TimeTicks = pending.TimeTicks,
            MessageIndex = pending.MessageIndex,
            Score = Math.Max(0, score),
            Raw = raw,
            Input = _runner.Input(slot),
            Measured = _measured.Length > 0 ? _measured.AsSpan(slot * _inputLength, _inputLength) : [],
            Output = _runner.Output(slot),
            ModelValues = _modelValues.AsSpan(slot * _modelChannels, _modelChannels),
            Values = _values.AsSpan(slot * _valuesStride, pending.Values),
        });
    }

    private float Score(DetectorTrack track, float raw, ReadOnlySpan<float> input)
    {
        var factor = track.EventRate.Factor;
        var score = ScoreOf(track, raw) / factor;
        return track.Lasting is { } lasting && float.IsFinite(score)
            ? lasting.Judge(input, score, track.Decision.IsOpenByScore, track.Calibration.IsComplete, factor) : score;
    }

    /// <summary>What an output comes to against the device's own threshold, or the one for as little as it has learned.</summary>
    private float ScoreOf(DetectorTrack track, float raw) => track.Threshold is { IsFound: true } own
        ? (raw - _output.Zero) / (own.One - _output.Zero)
        : _output.Score(raw, track.Calibration.IsProvisional ? track.Calibration.Count : null);

    /// <summary>A source has brought new channels: the readings kept so far move to wider rows.</summary>
    private void MakeRoom(int channels)
    {
        if (channels <= _valuesStride) return;
        var wider = new float[_pending.Length * channels];
        for (var slot = 0; slot < _count; slot++)
            _values.AsSpan(slot * _valuesStride, _valuesStride).CopyTo(wider.AsSpan(slot * channels));
        _values = wider;
        _valuesStride = channels;
    }
}
