using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Peers;

/// <summary>The model with its input and output, which are allocated once.</summary>
internal sealed class Model : IDisposable
{
    public const int FeatureCount = 40;

    private static readonly string[] Inputs = ["features"], Outputs = ["logit"];

    private readonly float[] _logit = new float[1];
    private readonly InferenceSession _session;
    private readonly OrtValue _input, _output;
    private readonly RunOptions _options = new();

    public Model(string path)
    {
        OrtEnv.Instance().DisableTelemetryEvents();
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(path, options);
        _input = OrtValue.CreateTensorValueFromMemory(Features, [1, FeatureCount]);
        _output = OrtValue.CreateTensorValueFromMemory(_logit, [1, 1]);
    }

    public float[] Features { get; } = new float[FeatureCount];

    public float Run()
    {
        _session.Run(_options, Inputs, [_input], Outputs, [_output]);
        return _logit[0];
    }

    public void Dispose()
    {
        _input.Dispose();
        _output.Dispose();
        _options.Dispose();
        _session.Dispose();
    }
}
