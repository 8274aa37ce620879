using EdgeAgent.Pipeline.Connections;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Pipeline.Tests.Connections;

public sealed class ConnectionResilienceTests : IDisposable
{
    private readonly FakeTimeProvider _time = Some.Clock();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TimeSpan> _pauses = [];
    private readonly ReconnectOptions _options = new() { RetryDelayLimit = TimeSpan.FromSeconds(30) };
    private int _attempts;

    public void Dispose() => _stop.Dispose();

    [Theory]
    [InlineData(ConnectionFault.Busy)]
    [InlineData(ConnectionFault.Refused)]
    internal async Task Pauses_grow_up_to_the_limit_and_a_broker_that_keeps_refusing_is_left_in_peace(ConnectionFault fault)
    {
        await RunAsync(fault, seconds: 1200);
        Assert.All(_pauses, p => Assert.InRange(p.TotalSeconds, 0, 30));
        Assert.True(_pauses[0] < TimeSpan.FromSeconds(10));
        Assert.Contains(_pauses, p => p > TimeSpan.FromSeconds(10));
        Assert.InRange(_pauses.Count, 10, 200);
        // The circuit breaker kept some attempts from the broker.
        Assert.InRange(_attempts, 5, _pauses.Count - 1);
    }

    [Fact]
    public async Task A_connection_that_is_merely_lost_is_tried_all_the_time()
    {
        await RunAsync(ConnectionFault.Lost, seconds: 600);
        Assert.All(_pauses, p => Assert.InRange(p.TotalSeconds, 0, 2));
        Assert.True(_pauses[0] < TimeSpan.FromSeconds(1));
        Assert.InRange(_attempts, 300, 1200);
        // No circuit breaker: each pause ends with an attempt.
        Assert.InRange(_attempts, _pauses.Count, _pauses.Count + 1);
    }

    [Fact]
    public async Task Something_urgent_ends_the_pause_after_a_lost_connection_but_makes_no_busy_loop()
    {
        _options.Spread = TimeSpan.FromMinutes(1);
        var resilience = Resilience();
        var run = Start(resilience, ConnectionFault.Lost);
        await AdvanceAsync(120);
        var before = Volatile.Read(ref _attempts);
        for (var i = 0; i < 100; i++) resilience.TryNow();
        await Some.UntilAsync(() => Volatile.Read(ref _attempts) == before + 1, "an attempt at once");
        for (var i = 0; i < 100; i++) resilience.TryNow();
        await Task.Delay(50);
        Assert.Equal(before + 1, _attempts);
        _time.Advance(TimeSpan.FromSeconds(0.6));
        resilience.TryNow();
        await Some.UntilAsync(() => Volatile.Read(ref _attempts) == before + 2, "and the next half a second later");
        await EndAsync(run);
    }

    [Fact]
    public async Task A_pause_that_the_other_side_needs_is_not_ended()
    {
        var resilience = Resilience();
        var run = Start(resilience, ConnectionFault.Busy);
        await Some.UntilAsync(() => Volatile.Read(ref _attempts) == 1, "the first");
        _time.Advance(TimeSpan.FromSeconds(1));
        resilience.TryNow();
        await Task.Delay(50);
        Assert.Equal(1, _attempts);
        await EndAsync(run);
    }

    private ConnectionResilience Resilience() => new(_options, _time, (_, pause) =>
    {
        lock (_pauses) _pauses.Add(pause);
    }, new Random(1));

    private async Task RunAsync(ConnectionFault fault, int seconds)
    {
        var run = Start(Resilience(), fault);
        await AdvanceAsync(seconds);
        await EndAsync(run);
    }

    private Task Start(ConnectionResilience resilience, ConnectionFault fault) => Task.Factory.StartNew(() => resilience.Execute(_ =>
    {
        Interlocked.Increment(ref _attempts);
        throw new ConnectionException(fault, "no broker");
    }, _stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private async Task AdvanceAsync(int seconds)
    {
        for (var step = 0; step < seconds * 2; step++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Delay(1);
        }
    }

    private async Task EndAsync(Task run)
    {
        await _stop.CancelAsync();
        await run.WaitAsync(TimeSpan.FromSeconds(5));
    }
}
