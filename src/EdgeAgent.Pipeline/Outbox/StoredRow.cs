using EdgeAgent.Pipeline.Decisions;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>What decides about a stored event, without the event.</summary>
internal readonly record struct StoredRow(Severity Severity, long Sequence, long CreatedTicks, long Bytes);

/// <summary>Events of one severity that were given up for one reason, and that upstream has not been told of.</summary>
/// <param name="Reason"><c>full</c>, <c>expired</c>, <c>damaged</c> or <c>refused</c>.</param>
/// <param name="Severity">Theirs.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstTicks">When the first of them was made.</param>
/// <param name="LastTicks">When the last of them was made.</param>
internal readonly record struct Gap(string Reason, Severity Severity, long Count, long FirstTicks, long LastTicks)
{
    public static Gap Of(string reason, Severity severity, long createdTicks) => new(reason, severity, 1, createdTicks, createdTicks);

    public static Gap operator +(Gap a, Gap b) =>
        a with { Count = a.Count + b.Count, FirstTicks = Math.Min(a.FirstTicks, b.FirstTicks), LastTicks = Math.Max(a.LastTicks, b.LastTicks) };

    public Gap Add(Gap other) => this + other;
}
