using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Listening;

/// <summary>One reading that a message brought.</summary>
/// <param name="Device">Whose it is.</param>
/// <param name="TimeTicks">Event time, UTC.</param>
/// <param name="Values">What it has, by channel.</param>
internal sealed record ProbedReading(string Device, long TimeTicks, IReadOnlyList<KeyValuePair<string, float>> Values);

/// <summary>What becomes of a message.</summary>
internal enum ProbedOutcome
{
    /// <summary>It brings readings.</summary>
    Usable,
    /// <summary>It is left out on purpose.</summary>
    LeftOut,
    /// <summary>It cannot be used.</summary>
    Refused,
}

/// <summary>What a source makes of a message.</summary>
/// <param name="Outcome">Whether it is used.</param>
/// <param name="Failure">Why it is not; none: it is, or the broker kept it from before and the source takes no such.</param>
/// <param name="Readings">The first of its readings, by device and time.</param>
/// <param name="Count">All of its readings.</param>
/// <param name="ArraysLeftOut">Names of arrays of numbers that nobody reads.</param>
internal sealed record ProbedMessage(
    ProbedOutcome Outcome, DecodeFailure Failure, IReadOnlyList<ProbedReading> Readings, int Count, IReadOnlyList<string> ArraysLeftOut)
{
    public bool IsUsable => Outcome == ProbedOutcome.Usable;

    /// <summary>Whether the broker kept it from before, and the source takes no such message.</summary>
    public bool IsLeftAlone => Outcome == ProbedOutcome.LeftOut && Failure == DecodeFailure.None;

    public static ProbedMessage NotUsed(ProbedOutcome outcome, DecodeFailure failure, IReadOnlyList<string> arrays) =>
        new(outcome, failure, [], 0, arrays);
}
