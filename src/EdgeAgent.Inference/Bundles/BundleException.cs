namespace EdgeAgent.Inference.Bundles;

/// <summary>A bundle that cannot be used. The message names the file, what is wrong and what to do.</summary>
public sealed class BundleException(string message, Exception? inner = null) : Exception(message, inner);
