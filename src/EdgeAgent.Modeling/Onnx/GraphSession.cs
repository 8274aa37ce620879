using EdgeAgent.Inference.Sessions;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Modeling.Onnx;

/// <summary>Runs a graph with one input on ONNX Runtime, on one thread so that results repeat. For the desk: it allocates.</summary>
internal sealed class GraphSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string _input;
    private readonly int _width;

    static GraphSession() => Telemetry.Disable();

    /// <param name="model">The graph; it must have one input of shape [batch, width].</param>
    /// <param name="optimizedPath">Where to leave the graph as the runtime rewrote it, or null.</param>
    /// <exception cref="ModelingException">ONNX Runtime refuses the graph.</exception>
    public GraphSession(ModelProto model, string? optimizedPath = null)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        if (optimizedPath is not null)
            options.OptimizedModelFilePath = optimizedPath;
        try
        {
            _session = new InferenceSession(model.ToByteArray(), options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelingException($"ONNX Runtime refuses the graph \"{model.Graph?.Name}\": {e.Message}", e);
        }
        (_input, var node) = _session.InputMetadata.First();
        _width = node.Dimensions[^1];
    }

    /// <summary>All outputs by name, each [rows, its width].</summary>
    /// <param name="rows">[rows, width]; one row where the graph leaves the width open.</param>
    public Dictionary<string, float[]> Run(float[] rows)
    {
        var width = _width > 0 ? _width : rows.Length;
        using var input = OrtValue.CreateTensorValueFromMemory(rows, [rows.Length / width, width]);
        using var options = new RunOptions();
        using var results = _session.Run(options, [_input], [input], _session.OutputNames);
        return _session.OutputNames.Zip(results).ToDictionary(p => p.First, p => p.Second.GetTensorDataAsSpan<float>().ToArray());
    }

    public void Dispose() => _session.Dispose();
}
