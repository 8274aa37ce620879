using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline;

/// <summary>What memory serving models takes, beside what the lanes need.</summary>
internal static class ServedMemory
{
    /// <summary>
    /// Of a message: as it came, its numbers out of the JSON while their place grows, the model's answer, and that as JSON.
    /// </summary>
    private const int TimesMessage = 12;

    /// <param name="options">The configuration.</param>
    /// <param name="bundles">The detectors' models that can be used.</param>
    /// <param name="ofModel">What a session of one takes.</param>
    public static long Of(AgentOptions options, IEnumerable<ModelBundle> bundles, Func<ModelBundle, long> ofModel) =>
        options.Serve.Listen is null ? 0
            : options.Serve.AtOnce * (long)TimesMessage * ServeOptions.MessageBytes
                + bundles.Concat(options.Serve.Folders().Select(TryLoad).OfType<ModelBundle>()).DistinctBy(b => b.Digest).Sum(ofModel);

    private static ModelBundle? TryLoad(string folder)
    {
        try
        {
            return ModelBundle.Load(folder);
        }
        catch (BundleException)
        {
            // Told where models are checked: it is not served and needs nothing.
            return null;
        }
    }
}
