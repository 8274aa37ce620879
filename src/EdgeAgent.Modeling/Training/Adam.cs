namespace EdgeAgent.Modeling.Training;

/// <summary>Adam (Kingma, Ba 2015) with its usual constants, over all layers of a network.</summary>
internal sealed class Adam
{
    private const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    private readonly (float[] Value, float[] Gradient, float[] First, float[] Second)[] _tensors;
    private int _step;

    public Adam(Network network)
        : this(network.Layers.SelectMany(l => new[] { (l.Weights, l.WeightGradient), (l.Bias, l.BiasGradient) })) { }

    /// <param name="parameters">Numbers to be learned, each with its gradient.</param>
    public Adam(IEnumerable<(float[] Value, float[] Gradient)> parameters) =>
        _tensors = [.. parameters.Select(p => (p.Value, p.Gradient, new float[p.Value.Length], new float[p.Value.Length]))];

    /// <summary>Moves every parameter against its gradient.</summary>
    public void Step(double rate)
    {
        _step++;
        var scale = (float)(rate * Math.Sqrt(1 - Math.Pow(Beta2, _step)) / (1 - Math.Pow(Beta1, _step)));
        foreach (var (value, gradient, first, second) in _tensors)
        {
            for (var i = 0; i < value.Length; i++)
            {
                first[i] = Beta1 * first[i] + (1 - Beta1) * gradient[i];
                second[i] = Beta2 * second[i] + (1 - Beta2) * gradient[i] * gradient[i];
                value[i] -= scale * first[i] / (MathF.Sqrt(second[i]) + Epsilon);
            }
        }
    }
}
