namespace EdgeAgent.Pipeline.Formats.Times;

/// <summary>How the event times of a source are written, and what happens to a reading without one.</summary>
public sealed record TimeOptions
{
    /// <summary>A name such as <c>unix-ms</c> or a pattern such as <c>dd.MM.yyyy</c>; null: the usual forms are told apart.</summary>
    public string? Format { get; set; }
    /// <summary>IANA name of the zone whose clock texts without a zone of their own follow; null: UTC.</summary>
    public string? Zone { get; set; }
    public WithoutTime Without { get; set; }
    /// <summary>Where the device sends a counter in place of a time.</summary>
    public CounterOptions? Counter { get; set; }
}

/// <summary>What becomes of a reading whose time is missing, unreadable or impossible.</summary>
public enum WithoutTime { DeadLetter, Arrival }

/// <summary>A counter of the time since a device was switched on.</summary>
public sealed record CounterOptions
{
    /// <summary>Where it stands in the payload.</summary>
    public string Path { get; set; } = "";
    public CounterUnit Unit { get; set; } = CounterUnit.Milliseconds;
    /// <summary>16 or 32: it begins at 0 again beyond so many bits. 0 or 64: never.</summary>
    public int Bits { get; set; }
}

public enum CounterUnit { Seconds, Milliseconds, Microseconds, Nanoseconds }
