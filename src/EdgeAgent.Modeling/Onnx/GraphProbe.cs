using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Modeling.Onnx;

/// <summary>Runs a graph with one input on many windows, a few at a time, and shows values from its inside.</summary>
internal sealed class GraphProbe : IDisposable
{
    // Large enough for the kernels, small enough that all inner values of a run fit into memory.
    private const int Chunk = 32;

    private readonly ModelProto _model;
    private readonly InferenceSession _session;
    private readonly string _input;
    private readonly int _batch;

    /// <param name="model">The graph.</param>
    /// <param name="values">Float values to show, beside the graph's outputs.</param>
    /// <exception cref="ModelingException">The runtime refuses the graph.</exception>
    public GraphProbe(ModelProto model, IEnumerable<string> values)
    {
        _model = model.Clone();
        var known = _model.Graph.Output.Select(o => o.Name).ToHashSet();
        foreach (var value in values.Where(v => _model.Graph.Input.All(i => i.Name != v)).Where(known.Add))
            _model.Graph.Output.Add(new ValueInfoProto { Name = value });
        _session = RuntimeSession.Open(_model);
        (_input, var node) = _session.InputMetadata.First();
        _batch = node.Dimensions[0] > 0 ? node.Dimensions[0] : Chunk;
        // A model may give indices or flags besides; they are none of ours.
        Outputs =
        [
            .. _session.OutputNames.Where(o =>
                _session.OutputMetadata[o] is { IsTensor: true, ElementDataType: TensorElementType.Float }),
        ];
    }

    /// <summary>The graph's float outputs, then the values asked for.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>What is done with a value of one chunk: its name and its numbers.</summary>
    public delegate void Take(string value, ReadOnlySpan<float> numbers);

    /// <summary>Shows the input, too, under its name. Windows that do not fill a fixed batch at the end are left out.</summary>
    public void Run(WindowSet windows, Take take)
    {
        using var options = new RunOptions();
        for (var start = 0; start < windows.Count; start += _batch)
        {
            var count = Math.Min(_batch, windows.Count - start);
            if (count < _batch && _batch != Chunk)
                break;
            var chunk = windows.Values.AsMemory(start * windows.Length, count * windows.Length);
            using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, chunk, [count, .. windows.Shape]);
            using var results = RuntimeSession.Guard(_model, () => _session.Run(options, [_input], [input], Outputs));
            take(_input, chunk.Span);
            for (var i = 0; i < Outputs.Count; i++)
                take(Outputs[i], results[i].GetTensorDataAsSpan<float>());
        }
    }

    /// <summary>All numbers of one of the graph's outputs.</summary>
    public float[] Collect(WindowSet windows, string output)
    {
        var numbers = new List<float>();
        Run(windows, (value, chunk) =>
        {
            if (value == output)
                numbers.AddRange(chunk);
        });
        return [.. numbers];
    }

    public void Dispose() => _session.Dispose();
}
