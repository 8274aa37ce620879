using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Conv;

/// <summary>The form of a convolution over time.</summary>
/// <param name="Inputs">Channels in.</param>
/// <param name="Outputs">Channels out; with <paramref name="Phases"/> above 1, of all phases together.</param>
/// <param name="Kernel">Readings that one output sees; odd.</param>
/// <param name="Stride">Readings from one output to the next.</param>
/// <param name="Phases">Readings that one output stands for: their channels lie behind each other.</param>
/// <param name="Rectified">Whether a ReLU follows.</param>
internal sealed record ConvShape(int Inputs, int Outputs, int Kernel, int Stride, int Phases, bool Rectified)
{
    public int Pad => Kernel / 2;
}

/// <summary>A convolution over [batch, length, channels], and its gradients. Holds scratch memory: one owner at a time.</summary>
/// <remarks>
/// With channels last, what one output sees lies in one piece, so neighbouring pieces are the overlapping rows of a
/// matrix and no copy is made of them. An output of two phases is, number by number, one of twice the length: so a
/// decoder grows without moving anything.
/// </remarks>
internal sealed class ConvLayer
{
    private readonly int _paddedLength;
    private readonly float[] _padded;
    private readonly float[] _patches;
    private readonly float[] _transposed;

    public ConvLayer(ConvShape shape, int inputLength, int batchLimit, SplittableRandom random)
    {
        (Shape, InputLength) = (shape, inputLength);
        OutputLength = (inputLength + 2 * shape.Pad - shape.Kernel) / shape.Stride + 1;
        _paddedLength = inputLength + 2 * shape.Pad;
        _padded = new float[batchLimit * _paddedLength * shape.Inputs];
        _patches = new float[OutputLength * Patch];
        Weights = new float[Patch * shape.Outputs];
        _transposed = new float[Weights.Length];
        WeightGradient = new float[Weights.Length];
        Bias = new float[shape.Outputs];
        BiasGradient = new float[shape.Outputs];
        // He et al. 2015: keeps the variance through layers that are followed by ReLU.
        var spread = Math.Sqrt((shape.Rectified ? 2.0 : 1.0) / Patch);
        for (var i = 0; i < Weights.Length; i++)
            Weights[i] = (float)(random.Normal() * spread);
    }

    public ConvShape Shape { get; }
    public int InputLength { get; }
    /// <summary>Outputs a window; each holds all phases.</summary>
    public int OutputLength { get; }
    /// <summary>[kernel · inputs, outputs].</summary>
    public float[] Weights { get; }
    public float[] Bias { get; }
    public float[] WeightGradient { get; }
    public float[] BiasGradient { get; }

    private int Patch => Shape.Kernel * Shape.Inputs;
    private int RowStride => Shape.Stride * Shape.Inputs;
    private int InputSize => InputLength * Shape.Inputs;
    private int OutputSize => OutputLength * Shape.Outputs;

    /// <param name="x">[batch, length, inputs].</param>
    /// <param name="y">[batch, outputs' length, outputs], overwritten.</param>
    /// <param name="batch">Windows.</param>
    public void Forward(ReadOnlySpan<float> x, Span<float> y, int batch)
    {
        for (var b = 0; b < batch; b++)
        {
            x.Slice(b * InputSize, InputSize).CopyTo(Padded(b)[(Shape.Pad * Shape.Inputs)..]);
            var output = y.Slice(b * OutputSize, OutputSize);
            for (var o = 0; o < OutputLength; o++)
                Bias.CopyTo(output[(o * Shape.Outputs)..]);
            Gemm.Add(Padded(b), RowStride, 1, Weights, output, OutputLength, Shape.Outputs, Patch);
        }
        if (Shape.Rectified)
            foreach (ref var value in y[..(batch * OutputSize)])
                value = Math.Max(0, value);
    }

    /// <summary>Sets the gradients of weights and bias, summed over the batch, and that of the input.</summary>
    /// <param name="y">What <see cref="Forward"/> gave last.</param>
    /// <param name="dy">The loss's derivative by it; what the ReLU stops is set to 0.</param>
    /// <param name="dx">[batch, length, inputs], overwritten; empty where nobody needs it.</param>
    /// <param name="batch">Windows.</param>
    public void Backward(ReadOnlySpan<float> y, Span<float> dy, Span<float> dx, int batch)
    {
        if (Shape.Rectified)
            for (var i = 0; i < batch * OutputSize; i++)
                if (y[i] <= 0)
                    dy[i] = 0;
        Array.Clear(WeightGradient);
        Array.Clear(BiasGradient);
        if (!dx.IsEmpty)
            Transpose();
        for (var b = 0; b < batch; b++)
        {
            var error = dy.Slice(b * OutputSize, OutputSize);
            Gemm.Add(Padded(b), 1, RowStride, error, WeightGradient, Patch, Shape.Outputs, OutputLength);
            for (var o = 0; o < OutputLength; o++)
                Lanes.AddScaled(BiasGradient, error.Slice(o * Shape.Outputs, Shape.Outputs), 1);
            if (!dx.IsEmpty)
                BackwardInput(error, dx.Slice(b * InputSize, InputSize));
        }
    }

    private void BackwardInput(ReadOnlySpan<float> error, Span<float> dx)
    {
        Array.Clear(_patches);
        Gemm.Add(error, Shape.Outputs, 1, _transposed, _patches, OutputLength, Patch, Shape.Outputs);
        dx.Clear();
        for (var o = 0; o < OutputLength; o++)
        {
            // Of the piece that this output saw, the part that was no padding.
            var start = (o * Shape.Stride - Shape.Pad) * Shape.Inputs;
            var (from, to) = (Math.Max(0, start), Math.Min(InputSize, start + Patch));
            Lanes.AddScaled(dx[from..to], _patches.AsSpan(o * Patch + from - start, to - from), 1);
        }
    }

    /// <summary>A window's input with zeros on both sides, which nothing ever overwrites.</summary>
    private Span<float> Padded(int window) => _padded.AsSpan(window * _paddedLength * Shape.Inputs, _paddedLength * Shape.Inputs);

    private void Transpose()
    {
        for (var p = 0; p < Patch; p++)
            for (var o = 0; o < Shape.Outputs; o++)
                _transposed[o * Patch + p] = Weights[p * Shape.Outputs + o];
    }
}
