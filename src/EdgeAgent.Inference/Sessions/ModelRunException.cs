using System.Globalization;

namespace EdgeAgent.Inference.Sessions;

/// <summary>A run of a model failed; its outputs say nothing.</summary>
public class ModelRunException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A run took longer than it may, and was ended.</summary>
/// <param name="limit">What it may take.</param>
public sealed class RunOverdueException(TimeSpan limit)
    : ModelRunException(string.Create(CultureInfo.InvariantCulture, $"a run took longer than {limit.TotalSeconds:0.###} s and was ended"));
