namespace EdgeAgent.Inference.Bundles;

/// <summary>One number for what a model says of one window, before it is scaled to a score.</summary>
public static class RawOutput
{
    /// <summary>The output itself, or the mean squared error of a reconstruction.</summary>
    public static float Of(ManifestOutput manifest, ReadOnlySpan<float> input, ReadOnlySpan<float> output)
    {
        if (manifest.Kind != "reconstruction") return output[0];
        var sum = 0f;
        for (var i = 0; i < output.Length; i++)
            sum += (input[i] - output[i]) * (input[i] - output[i]);
        return sum / output.Length;
    }
}
