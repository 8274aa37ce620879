using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>Judges a recording as a device would: calibrates on its first readings, then a verdict for each later one.</summary>
internal sealed class DeviceReplay(BundleManifest manifest, ModelProto model) : IDisposable
{
    private readonly GraphSession _session = new(model);
    private readonly float[] _floors = [.. manifest.Channels.Select(c => c.Floor)];

    /// <summary>A verdict for each row from <paramref name="start"/> + calibration on.</summary>
    /// <param name="recording">The readings; its channels in the manifest's order.</param>
    /// <param name="start">First row that the device sees.</param>
    /// <exception cref="ModelingException">The recording ends before the calibration does.</exception>
    public bool[] Judge(Recording recording, int start = 0)
    {
        var decision = new DecisionState(manifest.Decision);
        return [.. Outputs(recording, start).Select(raw => decision.Take(Score(raw)))];
    }

    /// <summary>As <see cref="Judge"/>, but the device calibrates again on its latest readings every so often.</summary>
    /// <param name="recording">The readings.</param>
    /// <param name="start">First row that the device sees.</param>
    /// <param name="every">Readings after which it renews, as soon as all that it would learn from was judged normal.</param>
    public bool[] JudgeRenewing(Recording recording, int start, int every)
    {
        var readings = manifest.Calibration.Readings;
        var decision = new DecisionState(manifest.Decision);
        var verdicts = new List<bool>();
        var calm = readings;
        while (start + readings + verdicts.Count < recording.Rows)
        {
            var outputs = Outputs(recording, start + verdicts.Count);
            for (var age = 0; age < outputs.Length && (age < every || calm < readings); age++)
            {
                var isOpen = decision.Take(Score(outputs[age]));
                verdicts.Add(isOpen);
                calm = isOpen ? 0 : calm + 1;
            }
        }
        return [.. verdicts];
    }

    public void Dispose() => _session.Dispose();

    private float Score(float raw) => (raw - manifest.Output.Zero) / (manifest.Output.One - manifest.Output.Zero);

    private float[] Outputs(Recording recording, int start)
    {
        var readings = manifest.Calibration.Readings;
        var judged = recording.Rows - start - readings;
        if (judged < 1)
            throw new ModelingException($"{recording.Name}:{Recording.LineOf(recording.Rows - 1)}: the recording ends after {recording.Rows - start} readings; {readings} are for calibration and none is left to judge");
        var z = new float[(recording.Rows - start) * _floors.Length];
        Calibrated.Write(Calibrated.Learn(recording, start, readings, _floors, manifest.Calibration.Clip), recording, start, z);
        return _session.Run(Features(z, readings, judged))[manifest.Output.Name];
    }

    private float[] Features(float[] z, int readings, int judged)
    {
        if (manifest.Input.Features is not { } statistics)
            throw new ModelingException($"bundle \"{manifest.Name}\" has the input layout \"{manifest.Input.Layout}\"; only \"features\" can be evaluated");
        var extractor = new FeatureExtractor(statistics, _floors.Length, manifest.Window.Length);
        var features = new float[judged * extractor.Count];
        var length = manifest.Window.Length * _floors.Length;
        for (var i = 0; i < judged; i++)
            extractor.Extract(z.AsSpan((readings + i + 1) * _floors.Length - length, length), features.AsSpan(i * extractor.Count, extractor.Count));
        return features;
    }
}
