namespace EdgeAgent.Pipeline.Delivery;

/// <summary>
/// Takes owed events to their receiver. Owns its connection and everything that belongs to the protocol; what becomes of an
/// event is decided by <see cref="IOwedEvents"/> from its answers.
/// </summary>
internal interface IDelivery
{
    /// <summary>The name that configuration, status and log have for it.</summary>
    string Name { get; }

    DeliveryCounters Counters { get; }

    /// <summary>Why there is no connection; null while there is one.</summary>
    string? Trouble { get; }

    /// <summary>What the receiver does not take although events go their way, and what helps; null: nothing.</summary>
    string? Notice => null;

    /// <summary>Why its connections have kept ending of late, although there is one now; null: they hold.</summary>
    string? Unsteadiness => null;

    /// <summary>Why a connection failed or ended last, and when; null: none did.</summary>
    DeliveryTrouble? LastTrouble { get; }

    /// <summary>Takes events until <paramref name="stop"/> is set. Needs no receiver to start, and outlives its absence.</summary>
    Task RunAsync(IOwedEvents owed, CancellationToken stop);
}
