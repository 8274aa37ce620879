using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Conv;

/// <summary>
/// Convolutions in a row whose last gives a window of the shape of the first one's input. Holds scratch memory: one owner at a time.
/// </summary>
internal sealed class ConvAutoencoder
{
    private readonly float[][] _activations;
    private readonly float[][] _errors;
    private readonly int _batchLimit;

    /// <param name="shapes">The layers.</param>
    /// <param name="length">Readings of a window.</param>
    /// <param name="batchLimit">Largest batch.</param>
    /// <param name="random">For the first weights.</param>
    public ConvAutoencoder(IReadOnlyList<ConvShape> shapes, int length, int batchLimit, SplittableRandom random)
    {
        (Length, _batchLimit) = (length, batchLimit);
        var layers = new List<ConvLayer>();
        foreach (var shape in shapes)
        {
            layers.Add(new ConvLayer(shape, length, batchLimit, random.Split((ulong)layers.Count)));
            length = layers[^1].OutputLength * shape.Phases;
        }
        Layers = [.. layers];
        if (length != Length || shapes[^1].Outputs / shapes[^1].Phases != shapes[0].Inputs)
            throw new ArgumentException(
                $"the layers turn {Length} readings of {shapes[0].Inputs} channels into {length} of "
                    + $"{shapes[^1].Outputs / shapes[^1].Phases}");
        _activations = [.. Layers.Select(l => new float[batchLimit * l.OutputLength * l.Shape.Outputs])];
        _errors = [.. Layers.Select(l => new float[batchLimit * l.OutputLength * l.Shape.Outputs])];
    }

    public ConvLayer[] Layers { get; }
    /// <summary>Readings of a window.</summary>
    public int Length { get; }
    public int Channels => Layers[0].Shape.Inputs;
    public int ParameterCount => Layers.Sum(l => l.Weights.Length + l.Bias.Length);

    /// <summary>The reconstruction of a batch, valid until the next call: [batch, length, channels].</summary>
    public ReadOnlySpan<float> Forward(ReadOnlySpan<float> windows, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, _batchLimit);
        for (var l = 0; l < Layers.Length; l++)
            Layers[l].Forward(l == 0 ? windows : _activations[l - 1], _activations[l], batch);
        return _activations[^1].AsSpan(0, batch * Length * Channels);
    }

    /// <summary>Mean squared error of the last <see cref="Forward"/>, and the gradients of it in every layer.</summary>
    public double Backward(ReadOnlySpan<float> windows, int batch)
    {
        var count = batch * Length * Channels;
        double loss = 0;
        for (var i = 0; i < count; i++)
        {
            var difference = _activations[^1][i] - windows[i];
            loss += (double)difference * difference;
            _errors[^1][i] = 2 * difference / count;
        }
        for (var l = Layers.Length - 1; l >= 0; l--)
            Layers[l].Backward(_activations[l], _errors[l], l == 0 ? [] : _errors[l - 1], batch);
        return loss / count;
    }

    /// <summary>Trains in place. One thread and one order of sums: the same seed gives the same weights.</summary>
    /// <param name="windows">[windows, length, channels].</param>
    /// <param name="options">Length and speed.</param>
    /// <param name="random">For the order of windows.</param>
    /// <param name="onEpoch">Told the epoch, from 1, and its mean loss.</param>
    public void Train(float[] windows, TrainerOptions options, SplittableRandom random, Action<int, double> onEpoch)
    {
        var adam = new Adam(Layers.SelectMany(l => new[] { (l.Weights, l.WeightGradient), (l.Bias, l.BiasGradient) }));
        var size = Length * Channels;
        var order = Enumerable.Range(0, windows.Length / size).ToArray();
        var batch = new float[options.BatchSize * size];
        var steps = options.Epochs * ((order.Length + options.BatchSize - 1) / options.BatchSize);
        var step = 0;
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            random.Shuffle(order);
            double loss = 0;
            for (var start = 0; start < order.Length; start += options.BatchSize)
            {
                var chosen = order.AsSpan(start, Math.Min(options.BatchSize, order.Length - start));
                for (var i = 0; i < chosen.Length; i++)
                    windows.AsSpan(chosen[i] * size, size).CopyTo(batch.AsSpan(i * size));
                Forward(batch, chosen.Length);
                loss += Backward(batch, chosen.Length) * chosen.Length;
                adam.Step(options.Rate * 0.5 * (1 + Math.Cos(Math.PI * step++ / steps)));
            }
            onEpoch(epoch, loss / order.Length);
        }
    }
}
