using EdgeAgent.Inference.Bundles;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Inference.Sessions;

/// <summary>
/// One loaded model: an ONNX Runtime session whose input and output fit the bundle's manifest.
/// Shared by all lanes; each lane runs it through a <see cref="ModelRunner"/> of its own.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    /// <summary>Values of all windows of a run, 16 MiB: every lane holds so many.</summary>
    internal const long RunValuesLimit = 1 << 22;
    /// <summary>The same where the graph leaves no choice.</summary>
    private const long FixedRunValuesLimit = 1 << 24;

    static OnnxModel() => Telemetry.Disable();

    private OnnxModel(ModelBundle bundle, InferenceSession session)
    {
        Bundle = bundle;
        Session = session;
    }

    /// <summary>Of ONNX Runtime. Asked through here, for whoever asks it directly lets it send its usage events.</summary>
    public static string RuntimeVersion => OrtEnv.Instance().GetVersionString();

    public ModelBundle Bundle { get; }

    /// <summary>Floats of one window in the graph's input.</summary>
    public int InputLength { get; private init; }

    /// <summary>Floats of one window in the graph's output.</summary>
    public int OutputLength { get; private init; }

    internal InferenceSession Session { get; }
    /// <summary>Shape without the batch axis.</summary>
    internal long[] InputShape { get; private init; } = [];
    internal long[] OutputShape { get; private init; } = [];
    /// <summary>Windows a run takes: 0 where the graph leaves the batch axis open.</summary>
    internal int FixedBatch { get; private init; }

    /// <summary>Loads the bundle's graph and checks it against the manifest.</summary>
    /// <exception cref="BundleException">The file is no ONNX graph, or has another shape than the manifest says.</exception>
    public static OnnxModel Load(ModelBundle bundle) => BundleGuard.Run(
        bundle.ModelPath, () => Load(bundle, Open(bundle.ModelPath, options => new InferenceSession(bundle.ModelPath, options))));

    /// <summary>The same with a graph that is not on disk, as while a bundle is being made.</summary>
    /// <exception cref="BundleException">The bytes are no ONNX graph, or it has another shape than the manifest says.</exception>
    public static OnnxModel Load(BundleManifest manifest, byte[] graph)
    {
        var bundle = ModelBundle.InMemory(manifest);
        return Load(bundle, Open(bundle.ModelPath, options => new InferenceSession(graph, options)));
    }

    private static OnnxModel Load(ModelBundle bundle, InferenceSession session)
    {
        try
        {
            var m = bundle.Manifest;
            long[] window = [m.Window.Length, m.Channels.Count];
            long[] expected = m.Input.Layout == "features" ? [m.Input.Features!.Count * m.Channels.Count] : window;
            var input = Require(session.InputMetadata, m.Input.Name, "input", bundle.ModelPath);
            if (session.InputMetadata.Count != 1)
                throw new BundleException(
                    $"{bundle.ModelPath}: has {session.InputMetadata.Count} inputs; expected one, \"{m.Input.Name}\"");
            CheckShape(input, expected, "input", bundle.ModelPath);
            var output = Require(session.OutputMetadata, m.Output.Name, "output", bundle.ModelPath);
            long[] outputShape = m.Output.Kind == "reconstruction" ? window : output.Dimensions.Length == 1 ? [] : [1];
            CheckShape(output, outputShape, "output", bundle.ModelPath);
            CheckBatch(input.Dimensions[0], output.Dimensions[0], Math.Max(Product(expected), Product(outputShape)), bundle.ModelPath);
            return new OnnxModel(bundle, session)
            {
                InputShape = expected,
                OutputShape = outputShape,
                InputLength = (int)Product(expected),
                OutputLength = (int)Product(outputShape),
                FixedBatch = Math.Max(0, input.Dimensions[0]),
            };
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public void Dispose() => Session.Dispose();

    private static InferenceSession Open(string path, Func<SessionOptions, InferenceSession> open)
    {
        // One thread a run: lanes already take the cores, and a pool of spinning workers would take them back.
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            // It writes to standard error itself: where nobody reads that, a failing run would hold up its lane. The exception says
            // the same.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            return open(options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new BundleException($"{path}: ONNX Runtime refuses it: {e.Message}", e);
        }
    }

    private static NodeMetadata Require(IReadOnlyDictionary<string, NodeMetadata> nodes, string name, string what, string path)
    {
        if (!nodes.TryGetValue(name, out var node))
            throw new BundleException(
                $"{path}: has no {what} \"{name}\"; it has {string.Join(", ", nodes.Keys.Select(k => $"\"{k}\""))}: "
                + $"correct {what}.name in the manifest");
        if (!node.IsTensor) throw new BundleException($"{path}: {what} \"{name}\" is a {node.OnnxValueType}; expected a tensor of float32");
        return node.ElementDataType == TensorElementType.Float
            ? node
            : throw new BundleException($"{path}: {what} \"{name}\" is {node.ElementDataType}; expected a tensor of float32");
    }

    private static void CheckShape(NodeMetadata node, long[] expected, string what, string path)
    {
        var dimensions = node.Dimensions;
        var fits = dimensions.Length == expected.Length + 1;
        for (var i = 0; fits && i < expected.Length; i++)
            fits = dimensions[i + 1] < 0 || dimensions[i + 1] == expected[i];
        if (!fits)
            throw new BundleException(
                $"{path}: its {what} has shape [{string.Join(", ", dimensions)}]; "
                + $"by the manifest it must be [batch{string.Concat(expected.Select(d => $", {d}"))}]");
    }

    /// <summary>A batch that the graph has fixed is memory that every lane takes.</summary>
    private static void CheckBatch(long batch, long outputBatch, long windowValues, string path)
    {
        if (batch > 0 && outputBatch > 0 && batch != outputBatch)
            throw new BundleException(
                $"{path}: takes {batch} windows and gives outputs of {outputBatch}; expected one of each: "
                + "export it with an open batch axis");
        if (Math.Max(batch, outputBatch) * windowValues > FixedRunValuesLimit)
            throw new BundleException(
                $"{path}: its batch is fixed at {Math.Max(batch, outputBatch)} windows of {windowValues} values; expected at most "
                + $"{FixedRunValuesLimit} values in a run: export it with an open batch axis");
    }

    private static long Product(long[] shape) => shape.Aggregate(1L, (a, b) => a * b);
}
