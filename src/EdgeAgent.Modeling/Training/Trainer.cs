namespace EdgeAgent.Modeling.Training;

/// <summary>How long and how fast a network learns.</summary>
internal sealed record TrainerOptions
{
    public int Epochs { get; set; } = 10;
    public int BatchSize { get; set; } = 512;
    /// <summary>Adam's first rate; falls to 0 along half a cosine.</summary>
    public double Rate { get; set; } = 3e-3;
}

/// <summary>Minimises cross-entropy. One thread and one order of sums: the same seed gives the same weights.</summary>
internal static class Trainer
{
    /// <param name="network">Trained in place.</param>
    /// <param name="features">[rows, inputs], standardised.</param>
    /// <param name="targets">[rows], 0 or 1.</param>
    /// <param name="options">Length and speed.</param>
    /// <param name="random">For the order of rows.</param>
    /// <param name="onEpoch">Told the epoch, from 1, and its mean loss.</param>
    public static void Train(
        Network network, float[] features, float[] targets, TrainerOptions options, SplittableRandom random, Action<int, double> onEpoch)
    {
        var adam = new Adam(network);
        var inputs = network.Layers[0].Inputs;
        var order = Enumerable.Range(0, targets.Length).ToArray();
        var x = new float[options.BatchSize * inputs];
        var t = new float[options.BatchSize];
        var steps = options.Epochs * ((targets.Length + options.BatchSize - 1) / options.BatchSize);
        var step = 0;
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            random.Shuffle(order);
            double loss = 0;
            for (var start = 0; start < order.Length; start += options.BatchSize)
            {
                var rows = order.AsSpan(start, Math.Min(options.BatchSize, order.Length - start));
                Gather(features, targets, rows, x, t, inputs);
                network.Forward(x, rows.Length);
                loss += network.Backward(x, t.AsSpan(0, rows.Length), rows.Length) * rows.Length;
                adam.Step(options.Rate * 0.5 * (1 + Math.Cos(Math.PI * step++ / steps)));
            }
            onEpoch(epoch, loss / order.Length);
        }
    }

    private static void Gather(float[] features, float[] targets, ReadOnlySpan<int> rows, float[] x, float[] t, int inputs)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            features.AsSpan(rows[i] * inputs, inputs).CopyTo(x.AsSpan(i * inputs));
            t[i] = targets[rows[i]];
        }
    }
}
