using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>The time of a row, or the counter in place of one, as it stands in the payload.</summary>
/// <param name="IsThere">Whether there is one at all.</param>
/// <param name="Outcome">Whether it can be used.</param>
/// <param name="Moment">The time; where the source sends counters, none.</param>
/// <param name="CounterTicks">The counter, in ticks.</param>
internal readonly record struct RowTime(bool IsThere, TimeOutcome Outcome, EventMoment Moment, long CounterTicks = 0)
{
    public bool IsUsable => IsThere && Outcome == TimeOutcome.Ok;
}
