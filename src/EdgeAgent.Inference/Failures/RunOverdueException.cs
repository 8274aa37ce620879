using System.Globalization;

namespace EdgeAgent.Inference.Failures;

/// <summary>A run took longer than it may, and was ended.</summary>
/// <param name="limit">What it may take.</param>
public sealed class RunOverdueException(TimeSpan limit)
    : ModelRunException(
        string.Create(CultureInfo.InvariantCulture, $"a run took longer than {limit.TotalSeconds:0.###} s and was ended"))
{
    /// <summary>The machine may have been busy.</summary>
    public override bool CanRetry => true;
}

/// <summary>Whoever had asked for a run did not want it any more.</summary>
public sealed class RunCanceledException(Exception? inner = null) : ModelRunException("a run was canceled", inner)
{
    /// <inheritdoc/>
    public override bool CanRetry => true;
}
