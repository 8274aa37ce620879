using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>What a device made of a reading.</summary>
/// <param name="Output">The raw number of the last window judged: the model's output, or the error of its reconstruction.</param>
/// <param name="IsOpen">Whether an event is open after it.</param>
internal readonly record struct Verdict(float Output, bool IsOpen);

/// <summary>
/// Judges a recording as a device would, by the agent's own lane: what calibrates, judges and decides here is what runs
/// on gateways, whatever the manifest says of strides, gaps and windows.
/// </summary>
internal sealed class DeviceReplay : IDisposable
{
    private readonly BundleManifest _manifest;
    private readonly OnnxModel _model;
    private readonly Dictionary<string, OnnxModel> _models;
    private readonly AgentOptions _options;
    private readonly ChannelNames _channels;

    /// <param name="manifest">What the model is given, and what its output means.</param>
    /// <param name="model">The model.</param>
    /// <param name="provisional">
    /// Whether devices are judged by their first readings while they calibrate, as on gateways. Where a threshold is looked for, only
    /// what calibrated devices do counts.
    /// </param>
    /// <exception cref="ModelingException">They do not fit each other, or the runtime refuses the model.</exception>
    public DeviceReplay(BundleManifest manifest, ModelProto model, bool provisional = false)
    {
        _manifest = manifest;
        try
        {
            _model = OnnxModel.Load(manifest, model.ToByteArray());
        }
        catch (BundleException e)
        {
            throw new ModelingException(e.Message, e);
        }
        _models = new Dictionary<string, OnnxModel> { [ManifestSource.Name] = _model };
        _channels = ManifestSource.Channels(manifest);
        _options = new AgentOptions
        {
            Sources = [new SourceOptions { Name = ManifestSource.Name }],
            Detectors = [ManifestSource.Detector(manifest, provisional)],
        };
    }

    /// <summary>Whether an event was open, for each row from the first that was judged.</summary>
    /// <exception cref="ModelingException">The recording ends before anything is judged.</exception>
    public bool[] Judge(Recording recording)
    {
        var played = Play(recording, 0, recording.Rows);
        return played.IsOpen[played.First..];
    }

    /// <summary>A verdict for each row behind the calibration; one that was not judged repeats that of the row before it.</summary>
    /// <param name="recording">The readings; its channels in the manifest's order.</param>
    /// <param name="start">First row that the device sees.</param>
    /// <param name="end">Row behind the last.</param>
    /// <exception cref="ModelingException">The rows end before anything is judged.</exception>
    public List<Verdict> Run(Recording recording, int start, int end)
    {
        var played = Play(recording, start, end);
        // Of features that are calibrated only the judgements say when they were.
        var first = _manifest.CalibratesFeatures ? played.First : _manifest.Calibration.Needed;
        var verdicts = new List<Verdict>(end - start - first);
        var output = _manifest.Output.Zero;
        for (var r = first; r < end - start; r++)
        {
            if (!float.IsNaN(played.Outputs[r])) output = played.Outputs[r];
            verdicts.Add(new Verdict(output, played.IsOpen[r]));
        }
        return verdicts;
    }

    /// <summary>All of a recording, reading by reading.</summary>
    /// <exception cref="ModelingException">It ends before anything is judged.</exception>
    public PlayedReadings Play(Recording recording) => Play(recording, 0, recording.Rows);

    public void Dispose() => _model.Dispose();

    private PlayedReadings Play(Recording recording, int start, int end)
    {
        var played = new PlayedReadings(end - start);
        using var lane = new Lane(new DetectionSetup(_options.Detection, _models), played, NullLogger.Instance, played);
        var device = new Device(recording.Name, ManifestSource.Name, lane: 0);
        for (var r = start; r < end; r++)
        {
            played.Note(recording.Times[r].Ticks);
            lane.Take(device, recording.Times[r].Ticks, recording.Row(r), _channels);
        }
        lane.Judge();
        return played.HasJudged ? played : throw ManifestSource.TooShort(
            _manifest, recording, start, end, _options.Detectors[0].Provisional);
    }
}
