namespace EdgeAgent.Modeling.Training;

/// <summary>y = x·W + b for a batch, and its gradients.</summary>
/// <remarks><see cref="Weights"/> is [in, out], row after row, the layout of ONNX's Gemm.</remarks>
internal sealed class DenseLayer
{
    private readonly float[] _transposed;

    public DenseLayer(int inputs, int outputs, SplittableRandom random)
    {
        (Inputs, Outputs) = (inputs, outputs);
        Weights = new float[inputs * outputs];
        Bias = new float[outputs];
        WeightGradient = new float[Weights.Length];
        BiasGradient = new float[outputs];
        _transposed = new float[Weights.Length];
        // He et al. 2015: keeps the variance through layers that are followed by ReLU.
        var spread = Math.Sqrt(2.0 / inputs);
        for (var i = 0; i < Weights.Length; i++)
            Weights[i] = (float)(random.Normal() * spread);
    }

    public int Inputs { get; }
    public int Outputs { get; }
    public float[] Weights { get; }
    public float[] Bias { get; }
    public float[] WeightGradient { get; }
    public float[] BiasGradient { get; }

    /// <param name="x">[batch, in].</param>
    /// <param name="y">[batch, out], overwritten.</param>
    /// <param name="batch">Rows.</param>
    public void Forward(ReadOnlySpan<float> x, Span<float> y, int batch)
    {
        for (var row = 0; row < batch; row++)
        {
            var output = y.Slice(row * Outputs, Outputs);
            Bias.CopyTo(output);
            for (var i = 0; i < Inputs; i++)
                Lanes.AddScaled(output, Weights.AsSpan(i * Outputs, Outputs), x[row * Inputs + i]);
        }
    }

    /// <summary>Sets the gradients of weights and bias, summed over the batch, and that of the input.</summary>
    /// <param name="x">[batch, in], what <see cref="Forward"/> was given.</param>
    /// <param name="dy">[batch, out].</param>
    /// <param name="dx">[batch, in], overwritten; empty where nobody needs it.</param>
    /// <param name="batch">Rows.</param>
    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, int batch)
    {
        Array.Clear(WeightGradient);
        Array.Clear(BiasGradient);
        for (var row = 0; row < batch; row++)
        {
            var error = dy.Slice(row * Outputs, Outputs);
            Lanes.AddScaled(BiasGradient, error, 1);
            for (var i = 0; i < Inputs; i++)
                Lanes.AddScaled(WeightGradient.AsSpan(i * Outputs, Outputs), error, x[row * Inputs + i]);
        }
        if (!dx.IsEmpty)
            BackwardInput(dy, dx, batch);
    }

    private void BackwardInput(ReadOnlySpan<float> dy, Span<float> dx, int batch)
    {
        for (var i = 0; i < Inputs; i++)
            for (var o = 0; o < Outputs; o++)
                _transposed[o * Inputs + i] = Weights[i * Outputs + o];
        dx[..(batch * Inputs)].Clear();
        for (var row = 0; row < batch; row++)
            for (var o = 0; o < Outputs; o++)
                Lanes.AddScaled(dx.Slice(row * Inputs, Inputs), _transposed.AsSpan(o * Inputs, Inputs), dy[row * Outputs + o]);
    }
}
