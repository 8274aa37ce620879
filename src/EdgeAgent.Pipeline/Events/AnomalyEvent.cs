namespace EdgeAgent.Pipeline.Events;

/// <summary>What happened to an anomaly.</summary>
public enum EventKind
{
    Opened,
    Updated,
    Closed,
    /// <summary>Not an anomaly: the score of a judged window, where a detector forwards every one.</summary>
    Scored,
}

/// <summary>One thing to tell the consumers. Immutable; all its times are event times in UTC ticks.</summary>
public sealed record AnomalyEvent
{
    public required EventKind Kind { get; init; }
    /// <summary>Stable over retries, replays and restarts.</summary>
    public required string Id { get; init; }
    /// <summary>Shared by all reports of one anomaly; empty for a scored window.</summary>
    public string AnomalyId { get; init; } = "";
    public required string Device { get; init; }
    public required string Detector { get; init; }
    public required string Model { get; init; }
    public required string ModelVersion { get; init; }
    public required long TimeTicks { get; init; }
    /// <summary>Score now; 1.0 is the threshold.</summary>
    public required float Score { get; init; }
    public Severity Severity { get; init; }
    public string? Rule { get; init; }
    public long StartedTicks { get; init; }
    /// <summary>Last anomalous judgement, for a closed event.</summary>
    public long? EndedTicks { get; init; }
    public float Peak { get; init; }
    public long PeakTicks { get; init; }
    /// <summary>Why it was closed, where not because the score went down.</summary>
    public string? ClosedBecause { get; init; }
    /// <summary>What the device's normal rested on at the peak; null for a scored window.</summary>
    public CalibrationNote? Calibration { get; init; }
    /// <summary>The channels at the peak.</summary>
    public IReadOnlyList<ChannelCause> Channels { get; init; } = [];
    /// <summary>Names of <see cref="Features"/>; shared by all events of a detector.</summary>
    public IReadOnlyList<string> FeatureNames { get; init; } = [];
    /// <summary>What the model saw at the peak; empty in updates and where the model eats raw windows.</summary>
    public IReadOnlyList<float> Features { get; init; } = [];
    /// <summary>The features before their calibration, and what was expected; empty where readings are calibrated.</summary>
    public IReadOnlyList<(float Value, float Expected)> Measured { get; init; } = [];
}

/// <summary>How far what was learned of a device is to be believed.</summary>
public enum CalibrationState
{
    /// <summary>Learned from as many readings as the model asks for.</summary>
    Steady,
    /// <summary>The readings that it was learned from may hold a fault, a start or a stop.</summary>
    Unsteady,
    /// <summary>Learned from the first few readings; more are being learned.</summary>
    Provisional,
}

/// <summary>What the normal of a device rests on, or rested on when it was judged.</summary>
/// <param name="State">How far it is to be believed.</param>
/// <param name="Readings">How many readings it was learned from.</param>
/// <param name="SinceTicks">Event time at which it was made or last renewed.</param>
public readonly record struct CalibrationNote(CalibrationState State, int Readings, long SinceTicks);

/// <summary>One channel's part in an anomaly.</summary>
/// <param name="Name">The channel.</param>
/// <param name="Unit">Its unit, where the model's manifest says one.</param>
/// <param name="Value">Its value at the peak.</param>
/// <param name="Expected">What the model took for normal then.</param>
/// <param name="Share">Its share of the score, 0 to 1; all shares add up to 1, or are 0 where none can be told.</param>
/// <param name="Feature">The feature that value and expected are of; null: they are the channel's own.</param>
public readonly record struct ChannelCause(string Name, string? Unit, float Value, float Expected, float Share, string? Feature = null);
