namespace EdgeAgent.Pipeline.Tests;

/// <summary>A clock whose wall time can be set without time passing.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private long _passed;
    private long _step;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _passed, by.Ticks);

    public void Step(TimeSpan by) => Interlocked.Add(ref _step, by.Ticks);

    public override DateTimeOffset GetUtcNow() =>
        new(Some.Start.UtcTicks + Interlocked.Read(ref _passed) + Interlocked.Read(ref _step), TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => 1 + Interlocked.Read(ref _passed);
}
