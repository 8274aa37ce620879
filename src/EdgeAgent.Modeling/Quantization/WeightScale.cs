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
    /// <summary>[inputs, outputs].</summary>
    public sbyte[] Weights { get; }

    /// <param name="weights">[inputs, outputs].</param>
    /// <param name="outputs">Row length.</param>
    public static WeightScale Of(float[] weights, int outputs)
    {
        var steps = new float[outputs];
        for (var i = 0; i < weights.Length; i++)
            steps[i % outputs] = Math.Max(steps[i % outputs], MathF.Abs(weights[i]) / Largest);
        for (var o = 0; o < outputs; o++)
            if (steps[o] == 0)
                steps[o] = 1;
        return new WeightScale(steps, [.. weights.Select((w, i) => (sbyte)MathF.Round(w / steps[i % outputs]))]);
    }

    /// <summary>The bias as 32-bit integers in steps of input · weight, as integer kernels add it up.</summary>
    public int[] Bias(float[] bias, float inputStep) =>
        [.. bias.Select((b, o) => (int)Math.Clamp(Math.Round(b / ((double)inputStep * Steps[o])), int.MinValue, int.MaxValue))];

    /// <summary>Steps of the integer bias: [outputs].</summary>
    public float[] BiasSteps(float inputStep) => [.. Steps.Select(s => s * inputStep)];
}
