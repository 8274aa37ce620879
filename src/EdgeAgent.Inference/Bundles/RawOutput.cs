using EdgeAgent.Inference.Tensors;

namespace EdgeAgent.Inference.Bundles;

/// <summary>One number for what a model says of one window, before it is scaled to a score.</summary>
public static class RawOutput
{
    /// <summary>The output itself, or the mean squared error of a reconstruction or a forecast.</summary>
    /// <param name="manifest">What the output means.</param>
    /// <param name="input">The window, all of it.</param>
    /// <param name="output">What counts of the output; readings are the last ones of the window.</param>
    public static float Of(ManifestOutput manifest, ReadOnlySpan<float> input, ReadOnlySpan<float> output)
    {
        if (manifest.Kind == "score") return output[0];
        var compared = input[^output.Length..];
        var sum = 0f;
        for (var i = 0; i < output.Length; i++)
            sum += (compared[i] - output[i]) * (compared[i] - output[i]);
        return sum / output.Length;
    }
}
