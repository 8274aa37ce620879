using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Inference.Tensors;

/// <summary>How one of a graph's tensors holds what we know as a window, or as what a model gives for one.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">Its elements.</param>
/// <param name="Shape">Its shape without the batch axis.</param>
/// <param name="Map">
/// Of an input for each element which value of the window it is, of an output for each value that counts which element; null: they
/// stand alike.
/// </param>
internal sealed record TensorPlan(string Name, TensorElementType Type, long[] Shape, int[]? Map = null)
{
    /// <summary>Elements of one window.</summary>
    public int Elements { get; } = (int)Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>Whether it can share its memory with windows of floats.</summary>
    public bool IsDirect => Map is null && Type == TensorElementType.Float;

    /// <summary>Bytes of an element.</summary>
    public int ElementBytes => TensorElements.Bytes(Type);
}

/// <summary>All that a graph takes and gives.</summary>
/// <param name="Inputs">Its inputs.</param>
/// <param name="Output">The output that counts; others are not asked for.</param>
/// <param name="InputLength">Values of a window.</param>
/// <param name="OutputLength">Values that count of what it gives for one.</param>
/// <param name="FixedBatch">Windows that a run takes; 0: the graph leaves it open.</param>
internal sealed record GraphPlan(
    IReadOnlyList<TensorPlan> Inputs, TensorPlan Output, int InputLength, int OutputLength, int FixedBatch)
{
    /// <summary>Bytes of a window in tensors that do not share its memory.</summary>
    public int OwnBytes => Inputs.Append(Output).Where(tensor => !tensor.IsDirect).Sum(tensor => tensor.Elements * tensor.ElementBytes);
}
