using EdgeAgent.Pipeline.Upstream;

namespace EdgeAgent.Pipeline.Tests.Upstream;

public class UpstreamPatienceTests
{
    [Fact]
    public async Task Pauses_grow_up_to_the_limit_and_a_broker_that_keeps_refusing_is_left_in_peace()
    {
        var time = Some.Clock();
        var pauses = new List<TimeSpan>();
        var attempts = 0;
        using var stop = new CancellationTokenSource();
        var options = Some.Upstream(o => o.RetryDelayLimit = TimeSpan.FromSeconds(30));
        var patience = UpstreamPatience.Build(
            options, new ReconnectPlan(options, new Random(1)), time, (_, pause) =>
            {
                lock (pauses) pauses.Add(pause);
            });
        var run = patience.ExecuteAsync(_ =>
        {
            Interlocked.Increment(ref attempts);
            throw new IOException("no broker");
        }, stop.Token).AsTask();

        for (var second = 0; second < 600; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(5)));

        lock (pauses)
        {
            Assert.All(pauses, p => Assert.InRange(p.TotalSeconds, 0, 30));
            Assert.True(pauses[0] < TimeSpan.FromSeconds(1));
            Assert.Contains(pauses, p => p > TimeSpan.FromSeconds(10));
            Assert.InRange(pauses.Count, 10, 200);
            Assert.InRange(attempts, 5, pauses.Count);
        }
    }
}
