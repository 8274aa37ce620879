namespace EdgeAgent.Modeling.Quantization;

/// <summary>Signed weights with one symmetric step for each output, and the bias that goes with them.</summary>
internal sealed class WeightScale
{
    // 7 bits: kernels for x86 without VNNI add two products in 16 bits, and 2 · 255 · 64 just fits where
    // 2 · 255 · 127 would saturate. So every processor computes the same integers.
    private const int Largest = 64;

    private WeightScale(float[] steps, sbyte[] weights) => (Steps, Weights) = (steps, weights);

    /// <summary>[outputs].</summary>
    public float[] Steps { get; }
    /// <summary>As the weights they come from.</summary>
    public sbyte[] Weights { get; }

    /// <param name="weights">In any layout.</param>
    /// <param name="outputs">Outputs, each with a step of its own; 1 for one step in all.</param>
    /// <param name="inner">Numbers from one output's to the next one's: 1 where outputs are the last axis.</param>
    /// <param name="floors">Smallest step of each output, or null.</param>
    public static WeightScale Of(float[] weights, int outputs, int inner = 1, float[]? floors = null)
    {
        var steps = floors?.ToArray() ?? new float[outputs];
        for (var i = 0; i < weights.Length; i++)
            steps[i / inner % outputs] = Math.Max(steps[i / inner % outputs], MathF.Abs(weights[i]) / Largest);
        for (var o = 0; o < outputs; o++)
            if (steps[o] == 0)
                steps[o] = 1;
        return new WeightScale(steps, [.. weights.Select((w, i) => (sbyte)MathF.Round(w / steps[i / inner % outputs]))]);
    }

    /// <summary>
    /// Steps below which an output's bias would not fit into 32 bits; matters where weights are close to 0, as in channels that a
    /// BatchNormalization switched off.
    /// </summary>
    public static float[] Floors(float[] bias, float inputStep) => [.. bias.Select(b => MathF.Abs(b) / inputStep / (1 << 30))];

    /// <summary>The bias as 32-bit integers in steps of input · weight, as integer kernels add it up.</summary>
    public int[] Bias(float[] bias, float inputStep) =>
        [.. bias.Select((b, o) => Math.Round(b / ((double)inputStep * Steps[o % Steps.Length])))
            .Select(steps => (int)Math.Clamp(steps, int.MinValue, int.MaxValue))];

    /// <summary>Steps of the integer bias, as many as of the weights.</summary>
    public float[] BiasSteps(float inputStep) => [.. Steps.Select(s => s * inputStep)];
}
