namespace EdgeAgent.Pipeline.Formats.Times;

/// <summary>What came of reading a message's time.</summary>
internal enum TimeOutcome
{
    Ok,
    /// <summary>Missing, null, empty or 0.</summary>
    NoTime,
    /// <summary>In no form that the source's settings know.</summary>
    Unreadable,
    /// <summary>In 1970 or far in the future: a counter, or a clock that was never set.</summary>
    Impossible,
}
