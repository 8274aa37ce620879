using System.Runtime.InteropServices;
using EdgeAgent.Inference.Lifecycle;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Inference.Tensors;

/// <summary>
/// One of a graph's tensors for as many windows as a run may have: it lies in the memory of the windows themselves where they stand
/// alike, and otherwise in its own, into which they are brought. Belongs to one runner.
/// </summary>
internal sealed class GraphTensor
{
    private readonly byte[]? _bytes;
    private readonly float[] _values;
    private readonly int _windowBytes;

    /// <param name="plan">What it holds.</param>
    /// <param name="places">Windows that it has room for.</param>
    /// <param name="values">Pinned, all windows, or what is given for them.</param>
    public GraphTensor(TensorPlan plan, int places, float[] values)
    {
        (Plan, _values) = (plan, values);
        _windowBytes = plan.Elements * plan.ElementBytes;
        if (!plan.IsDirect) _bytes = GC.AllocateArray<byte>(checked(places * _windowBytes), pinned: true);
    }

    public TensorPlan Plan { get; }

    /// <summary>It as ONNX Runtime sees it, for so many windows.</summary>
    public OrtValue Value(int batch)
    {
        long[] shape = [batch, .. Plan.Shape];
        if (_bytes is null)
            return OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, _values.AsMemory(0, batch * Plan.Elements), shape);
        // It is pinned: its address stays.
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, Plan.Type, shape, Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0),
            (long)batch * _windowBytes);
    }

    /// <summary>Brings windows into it.</summary>
    /// <param name="count">How many.</param>
    /// <param name="windows">All of them.</param>
    /// <param name="length">Values of each.</param>
    public void Write(int count, ReadOnlySpan<float> windows, int length)
    {
        if (_bytes is null) return;
        for (var slot = 0; slot < count; slot++)
            TensorElements.Write(Plan, windows.Slice(slot * length, length), _bytes.AsSpan(slot * _windowBytes, _windowBytes));
    }

    /// <summary>Takes out of it what counts of each window.</summary>
    /// <param name="count">How many windows.</param>
    /// <param name="values">Takes the values of all.</param>
    /// <param name="length">Values of each.</param>
    public void Read(int count, Span<float> values, int length)
    {
        if (_bytes is null) return;
        for (var slot = 0; slot < count; slot++)
            TensorElements.Read(Plan, _bytes.AsSpan(slot * _windowBytes, _windowBytes), values.Slice(slot * length, length));
    }
}

/// <summary>What a run of so many windows is bound to; it owns the values and keeps the tensors' memory alive.</summary>
internal sealed class BoundBatch : IDisposable
{
    private readonly OrtIoBinding _binding;
    private readonly OrtValue[] _values;
    private readonly Lifetime _life;

    public BoundBatch(InferenceSession session, IReadOnlyList<GraphTensor> inputs, GraphTensor output, int batch)
    {
        _values = [.. inputs.Append(output).Select(tensor => tensor.Value(batch))];
        _binding = session.CreateIoBinding();
        _life = new Lifetime($"what a run of {batch} is bound to", Free);
        for (var i = 0; i < inputs.Count; i++)
            _binding.BindInput(inputs[i].Plan.Name, _values[i]);
        _binding.BindOutput(output.Plan.Name, _values[^1]);
    }

    /// <exception cref="HandleStateException">It is disposed.</exception>
    public OrtIoBinding Binding
    {
        get
        {
            _life.Require();
            return _binding;
        }
    }

    public void Dispose() => _life.Detach();

    private void Free()
    {
        _binding.Dispose();
        foreach (var value in _values)
            value.Dispose();
    }
}
