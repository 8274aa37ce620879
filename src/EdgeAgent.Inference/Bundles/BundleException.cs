using EdgeAgent.Inference.Failures;

namespace EdgeAgent.Inference.Bundles;

/// <summary>A bundle that cannot be used. The message names the file, what is wrong and what to do.</summary>
public sealed class BundleException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the same bundle may be usable at another time: memory was short, or a file could not be read.</summary>
    public bool CanRetry => InnerException is ModelRunException { CanRetry: true } or IOException or OutOfMemoryException;
}
