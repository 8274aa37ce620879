namespace EdgeAgent.Inference.Lifecycle;

/// <summary>Where something that holds native memory is in its life.</summary>
public enum HandleState
{
    /// <summary>It may be used.</summary>
    Allocated,
    /// <summary>Its owner has given it up: what is under way goes on to its end, nothing new begins.</summary>
    Detached,
    /// <summary>Its native memory is gone.</summary>
    Freed,
}

/// <summary>Something was used that its owner had given up: a mistake in the program that uses it, and nothing worse.</summary>
/// <param name="what">What was used.</param>
/// <param name="state">In which state it is.</param>
public sealed class HandleStateException(string what, HandleState state)
    : InvalidOperationException($"{what} is {(state == HandleState.Freed ? "freed" : "detached")} and cannot be used any more")
{
    /// <summary>In which state it is.</summary>
    public HandleState State { get; } = state;
}
