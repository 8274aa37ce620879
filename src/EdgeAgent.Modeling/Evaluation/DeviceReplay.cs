using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>Judges a recording as a device would: calibrates on its first readings, then a verdict for each later one.</summary>
internal sealed class DeviceReplay(BundleManifest manifest, ModelProto model) : IDisposable
{
    private readonly WindowJudge _judge = new(manifest, model);

    /// <summary>A verdict for each row from <paramref name="start"/> + calibration on.</summary>
    /// <param name="recording">The readings; its channels in the manifest's order.</param>
    /// <param name="start">First row that the device sees.</param>
    /// <exception cref="ModelingException">The recording ends before the calibration does.</exception>
    public bool[] Judge(Recording recording, int start = 0)
    {
        var decision = new DecisionState(manifest.Decision);
        return [.. Outputs(recording, start).Select(raw => decision.Take(_judge.Score(raw)))];
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
                var isOpen = decision.Take(_judge.Score(outputs[age]));
                verdicts.Add(isOpen);
                calm = isOpen ? 0 : calm + 1;
            }
        }
        return [.. verdicts];
    }

    public void Dispose() => _judge.Dispose();

    private float[] Outputs(Recording recording, int start) => _judge.Raw(WindowJudge.Cut(manifest, recording, start));
}
