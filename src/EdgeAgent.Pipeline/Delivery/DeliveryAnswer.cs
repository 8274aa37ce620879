namespace EdgeAgent.Pipeline.Delivery;

/// <summary>What a receiver says to an event.</summary>
internal enum DeliveryOutcome
{
    /// <summary>It has the event.</summary>
    Accepted,
    /// <summary>It does not take this event now, nor others on its topic. The rest goes on.</summary>
    Later,
    /// <summary>It will never take this event.</summary>
    Never,
    /// <summary>It takes nothing for a while. The order stays.</summary>
    Pause,
}

/// <summary>An outcome with its reason.</summary>
internal readonly record struct DeliveryAnswer
{
    public static readonly DeliveryAnswer Accepted = new() { Outcome = DeliveryOutcome.Accepted, Reason = "" };

    public required DeliveryOutcome Outcome { get; init; }
    /// <summary>For people, with what helps.</summary>
    public required string Reason { get; init; }
    /// <summary>With <see cref="DeliveryOutcome.Later"/>: the event is given up when the receiver goes on to say so for long.</summary>
    public bool IsGivenUpInTheEnd { get; init; }

    /// <summary>With <see cref="DeliveryOutcome.Never"/>: a shorter one it might take.</summary>
    public bool IsTooLarge { get; init; }

    public static DeliveryAnswer Later(string reason, bool isGivenUpInTheEnd = false) =>
        new() { Outcome = DeliveryOutcome.Later, Reason = reason, IsGivenUpInTheEnd = isGivenUpInTheEnd };

    public static DeliveryAnswer Never(string reason, bool isTooLarge = false) =>
        new() { Outcome = DeliveryOutcome.Never, Reason = reason, IsTooLarge = isTooLarge };

    public static DeliveryAnswer Pause(string reason) => new() { Outcome = DeliveryOutcome.Pause, Reason = reason };
}
