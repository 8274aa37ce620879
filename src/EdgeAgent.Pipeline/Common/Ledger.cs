namespace EdgeAgent.Pipeline.Common;

/// <summary>
/// The books at one moment: received = windowed + filtered + dead-lettered + shed + in flight, and
/// events = delivered + owed + dropped.
/// </summary>
internal readonly record struct Ledger
{
    public long Received { get; init; }
    public long Windowed { get; init; }
    public long Filtered { get; init; }
    public long DeadLettered { get; init; }
    /// <summary>Readings let go for want of room. Nothing sheds: full lanes slow the brokers down instead.</summary>
    public long Shed { get; init; }
    /// <summary>What sources hold and lanes have in hand, counted where it lies.</summary>
    public long Waiting { get; init; }
    /// <summary>Whether messages arrived during the look, so that the figures are of slightly different moments.</summary>
    public bool IsMoving { get; init; }
    /// <summary>Events that the lanes made, those found on disk at the start, and records of drops that are owed.</summary>
    public long Events { get; init; }
    public long Delivered { get; init; }
    public long Owed { get; init; }
    public long Dropped { get; init; }

    /// <summary>Received, and not yet through a lane: what the other figures leave.</summary>
    public long InFlight => Received - Windowed - Filtered - DeadLettered - Shed;

    /// <summary>Whether each message and each event has its place. At rest this is exact; under load nothing may be below zero.</summary>
    public bool IsBalanced => Waiting > 0 || IsMoving ? InFlight >= 0 : InFlight == 0 && Events == Delivered + Owed + Dropped;
}
