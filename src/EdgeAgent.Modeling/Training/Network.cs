namespace EdgeAgent.Modeling.Training;

/// <summary>Dense layers with ReLU between them and one logit at the end. Holds scratch memory: one owner at a time.</summary>
internal sealed class Network
{
    private readonly float[][] _activations;
    private readonly float[][] _errors;
    private readonly int _batchLimit;

    /// <param name="widths">Inputs, hidden widths, and 1.</param>
    /// <param name="batchLimit">Largest batch.</param>
    /// <param name="random">For the first weights.</param>
    public Network(IReadOnlyList<int> widths, int batchLimit, SplittableRandom random)
    {
        _batchLimit = batchLimit;
        Layers = [.. Enumerable.Range(0, widths.Count - 1).Select(i => new DenseLayer(widths[i], widths[i + 1], random.Split((ulong)i)))];
        _activations = [.. widths.Skip(1).Select(w => new float[w * batchLimit])];
        _errors = [.. widths.Skip(1).Select(w => new float[w * batchLimit])];
    }

    public DenseLayer[] Layers { get; }

    public int ParameterCount => Layers.Sum(l => l.Weights.Length + l.Bias.Length);

    /// <summary>Logits of a batch, valid until the next call.</summary>
    /// <param name="x">[batch, inputs], standardised.</param>
    /// <param name="batch">Rows.</param>
    public ReadOnlySpan<float> Forward(ReadOnlySpan<float> x, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, _batchLimit);
        for (var l = 0; l < Layers.Length; l++)
        {
            var input = l == 0 ? x : _activations[l - 1];
            var output = _activations[l].AsSpan(0, batch * Layers[l].Outputs);
            Layers[l].Forward(input, output, batch);
            if (l < Layers.Length - 1)
                Rectify(output);
        }
        return _activations[^1].AsSpan(0, batch);
    }

    /// <summary>
    /// Mean cross-entropy of the last <see cref="Forward"/> against <paramref name="targets"/> (0 or 1), and the
    /// gradients of it in every layer.
    /// </summary>
    public double Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> targets, int batch)
    {
        var loss = CrossEntropy.Of(_activations[^1].AsSpan(0, batch), targets, _errors[^1]);
        for (var l = Layers.Length - 1; l >= 0; l--)
        {
            var input = l == 0 ? x : _activations[l - 1];
            Layers[l].Backward(input, _errors[l], l == 0 ? [] : _errors[l - 1], batch);
            if (l > 0)
                Mask(_errors[l - 1], _activations[l - 1]);
        }
        return loss;
    }

    private static void Rectify(Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Max(0, values[i]);
    }

    private static void Mask(Span<float> error, ReadOnlySpan<float> activation)
    {
        for (var i = 0; i < error.Length; i++)
            if (activation[i] <= 0)
                error[i] = 0;
    }
}
