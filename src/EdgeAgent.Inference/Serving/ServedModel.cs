using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Failures;
using EdgeAgent.Inference.Lifecycle;
using EdgeAgent.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Inference.Serving;

/// <summary>What was asked of a model does not fit its graph; the text says what would.</summary>
public sealed class TensorException(string message) : Exception(message);

/// <summary>
/// A bundle's graph as it is, for whoever brings tensors of his own: nothing of windows or calibration. Any thread may run it, each
/// with a <see cref="RunSlot"/> of its own. Whoever uses it enters it first; once it is disposed of, the last one to leave frees it.
/// </summary>
public sealed class ServedModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly Lifetime _life;

    private ServedModel(ModelBundle bundle, InferenceSession session)
    {
        (Bundle, _session) = (bundle, session);
        Inputs = [.. session.InputMetadata.Select(m => Tensor(bundle.ModelPath, "input", m.Key, m.Value))];
        Outputs = [.. session.OutputNames.Select(name => Tensor(bundle.ModelPath, "output", name, session.OutputMetadata[name]))];
        _life = new Lifetime($"the served model {bundle.Manifest.Name}", session.Dispose);
    }

    /// <summary>What it was loaded from.</summary>
    public ModelBundle Bundle { get; }

    /// <summary>All of its inputs.</summary>
    public IReadOnlyList<ServedTensor> Inputs { get; }

    /// <summary>All of its outputs, in the graph's order.</summary>
    public IReadOnlyList<ServedTensor> Outputs { get; }

    /// <exception cref="BundleException">It cannot be loaded, or has something other than tensors at its border.</exception>
    public static ServedModel Load(ModelBundle bundle) => BundleGuard.Run(bundle.ModelPath, () =>
    {
        var session = OnnxModel.OpenFile(bundle);
        try
        {
            return new ServedModel(bundle, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    });

    /// <summary>Begins a use: it stays loaded until <see cref="Leave"/>.</summary>
    /// <exception cref="HandleStateException">It has been disposed of.</exception>
    public void Enter() => _life.Enter();

    /// <summary>Ends a use.</summary>
    public void Leave() => _life.Leave();

    /// <summary>Runs the graph once.</summary>
    /// <param name="slot">The right to run.</param>
    /// <param name="inputs">All of its inputs, in any order.</param>
    /// <param name="outputs">Names of the outputs that are wanted; none: all.</param>
    /// <param name="limitBytes">What the outputs may hold together.</param>
    /// <exception cref="TensorException">They do not fit the graph, or the outputs hold more.</exception>
    /// <exception cref="ModelRunException">A kernel failed, or it took too long.</exception>
    public IReadOnlyList<TensorValue> Run(
        RunSlot slot, IReadOnlyList<TensorValue> inputs, IReadOnlyList<string> outputs, long limitBytes = long.MaxValue)
    {
        Check(inputs, outputs);
        var wanted = outputs.Count > 0 ? outputs : [.. Outputs.Select(o => o.Name)];
        List<OrtValue> values = [];
        List<GCHandle> pinned = [];
        try
        {
            foreach (var input in inputs)
                values.Add(ValueOf(input, pinned));
            using var results = slot.Run(_session, [.. inputs.Select(i => i.Name)], values, [.. wanted]);
            return Read(results, wanted, limitBytes);
        }
        finally
        {
            foreach (var value in values)
                value.Dispose();
            foreach (var handle in pinned)
                handle.Free();
        }
    }

    /// <summary>Nobody begins to use it any more.</summary>
    public void Dispose() => _life.Detach();

    private void Check(IReadOnlyList<TensorValue> inputs, IReadOnlyList<string> outputs)
    {
        foreach (var expected in Inputs)
        {
            var given = inputs.Where(i => i.Name == expected.Name).ToList();
            if (given.Count != 1)
                throw new TensorException($"input \"{expected.Name}\" is {(given.Count == 0 ? "missing" : "given more than once")}; "
                    + $"expected {Words(expected)}");
            Check(expected, given[0]);
        }
        if (inputs.FirstOrDefault(i => Inputs.All(e => e.Name != i.Name)) is { } unknown)
            throw new TensorException($"there is no input \"{unknown.Name}\"; expected {Listed(Inputs)}");
        if (outputs.FirstOrDefault(o => Outputs.All(e => e.Name != o)) is { } other)
            throw new TensorException($"there is no output \"{other}\"; expected {Listed(Outputs)}");
        if (outputs.Distinct().Count() != outputs.Count) throw new TensorException("an output is asked for more than once");
    }

    private static void Check(ServedTensor expected, TensorValue given)
    {
        if (given.Datatype != expected.Datatype)
            throw new TensorException($"input \"{given.Name}\" is of {given.Datatype}; expected {Words(expected)}");
        var shape = $"[{string.Join(", ", given.Shape)}]";
        if (given.Shape.Count != expected.Shape.Count
            || given.Shape.Zip(expected.Shape, (length, wanted) => wanted >= 0 && length != wanted).Any(differs => differs))
            throw new TensorException($"input \"{given.Name}\" has the shape {shape}; expected {Words(expected)}");
        var elements = TensorValue.ElementsOf(given.Shape)
            ?? throw new TensorException($"input \"{given.Name}\" has the shape {shape}, which no memory holds");
        var size = TensorDatatype.BytesOf(given.Datatype);
        double? found = size > 0 ? given.Data.Length / (double)size : TensorTexts.Count(given.Data);
        if (found != elements)
            throw new TensorException(
                $"input \"{given.Name}\" has {(found is null ? "damaged elements" : $"{found:0.##} elements")}; "
                    + $"its shape {shape} has {elements}");
    }

    private static OrtValue ValueOf(TensorValue tensor, List<GCHandle> pinned)
    {
        long[] shape = [.. tensor.Shape];
        if (tensor.Datatype == TensorDatatype.Bytes) return TensorTexts.ToValue(tensor.Data, shape);
        // Of an empty array there is no address.
        var data = tensor.Data.Length > 0 ? tensor.Data : new byte[sizeof(long)];
        pinned.Add(GCHandle.Alloc(data, GCHandleType.Pinned));
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, TensorDatatype.TypeOf(tensor.Datatype), shape, pinned[^1].AddrOfPinnedObject(),
            tensor.Data.Length);
    }

    private static List<TensorValue> Read(IEnumerable<OrtValue> results, IReadOnlyList<string> names, long limitBytes)
    {
        var (outputs, left) = (new List<TensorValue>(), limitBytes);
        foreach (var (value, name) in results.Zip(names))
        {
            var info = value.GetTensorTypeAndShape();
            var datatype = TensorDatatype.Of(info.ElementDataType)!;
            var bytes = datatype == TensorDatatype.Bytes
                ? TensorTexts.BytesOf(value, info.ElementCount) : info.ElementCount * TensorDatatype.BytesOf(datatype);
            if (bytes > left)
                throw new TensorException(
                    $"the outputs hold more than the {limitBytes} bytes that are answered: ask for fewer rows at a time");
            left -= bytes;
            var data = datatype == TensorDatatype.Bytes
                ? TensorTexts.ToBytes(value, (int)info.ElementCount, (int)bytes) : value.GetTensorMutableRawData().ToArray();
            outputs.Add(new TensorValue(name, datatype, info.Shape, data));
        }
        return outputs;
    }

    private static ServedTensor Tensor(string path, string what, string name, NodeMetadata metadata)
    {
        if (metadata.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR)
            throw new BundleException($"{path}: {what} \"{name}\" is no tensor; expected tensors only, so that it can be served: export "
                + "it without ZipMap (scikit-learn: the option zipmap=False)");
        return TensorDatatype.Of(metadata.ElementDataType) is { } datatype
            ? new ServedTensor(name, datatype, [.. metadata.Dimensions.Select(d => d < 0 ? -1L : d)])
            : throw new BundleException($"{path}: {what} \"{name}\" is of {metadata.ElementDataType}, which the protocol has no name for");
    }

    private static string Words(ServedTensor tensor) => $"{tensor.Datatype} [{string.Join(", ", tensor.Shape)}]";

    private static string Listed(IEnumerable<ServedTensor> tensors) =>
        string.Join(", ", tensors.Select(t => $"\"{t.Name}\" {Words(t)}"));
}
