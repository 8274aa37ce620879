using System.Net;
using System.Net.Sockets;
using EdgeAgent.Mqtt.Transport;

namespace EdgeAgent.Mqtt.Tests;

/// <summary>Name servers that do not answer: who asks can leave, and nobody else waits.</summary>
public sealed class NameResolverTests : IDisposable
{
    private readonly ManualResetEventSlim _answers = new();
    private int _asked, _onPool;

    public void Dispose() => _answers.Set();

    [Fact]
    public async Task Names_that_are_not_answered_hold_one_thread_each_and_none_of_the_pool()
    {
        var names = new NameResolver(Silent);
        using var cancel = new CancellationTokenSource();
        // Of 40 that ask, 20 ask for the same name.
        var waiting = Enumerable.Range(0, 40).Select(i => Task.Factory.StartNew(
            () => names.Resolve(i < 20 ? "same" : $"host-{i}", cancel.Token), TaskCreationOptions.LongRunning)).ToList();
        await Eventually.Holds(() => Volatile.Read(ref _asked) == 21, () => $"{_asked} names asked for");

        Assert.Equal(0, _onPool);
        await cancel.CancelAsync();
        foreach (var each in waiting)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => each.WaitAsync(TimeSpan.FromSeconds(20)));
        // The names are under way still: asked for again, they are waited for, not asked for once more.
        using var later = new CancellationTokenSource();
        var again = Task.Factory.StartNew(() => names.Resolve("same", later.Token), TaskCreationOptions.LongRunning);
        _answers.Set();
        Assert.Equal([IPAddress.Loopback], await again.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.InRange(_asked, 21, 22);
    }

    [Fact]
    public async Task A_name_that_is_not_resolved_in_time_is_told_as_that()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var options = new MqttOptions { Url = "mqtt://broker.invalid", Names = new NameResolver(Silent) };
        var open = Task.Factory.StartNew(
            () => MqttSession.Open(options, new MqttSessionOptions { ClientId = "a" }, time, CancellationToken.None),
            TaskCreationOptions.LongRunning);
        await Eventually.Holds(() => Volatile.Read(ref _asked) == 1, () => $"{_asked} names asked for");

        time.Advance(TimeSpan.FromSeconds(10));

        var end = await Assert.ThrowsAsync<MqttException>(() => open.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.StartsWith("the name \"broker.invalid\" could not be resolved within 10 s: see url, and whether", end.Message);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_name()
    {
        var options = new MqttOptions { Url = "mqtt://broker.invalid", Names = new NameResolver(Silent) };
        using var stop = new CancellationTokenSource();
        var open = Task.Factory.StartNew(
            () => MqttSession.Open(options, new MqttSessionOptions { ClientId = "a" }, TimeProvider.System, stop.Token),
            TaskCreationOptions.LongRunning);
        await Eventually.Holds(() => Volatile.Read(ref _asked) == 1, () => $"{_asked} names asked for");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => open.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void A_name_that_is_not_known_is_told_to_each_that_asks()
    {
        var names = new NameResolver(_ => throw new SocketException((int)SocketError.HostNotFound));
        for (var i = 0; i < 2; i++)
            Assert.Equal(SocketError.HostNotFound,
                Assert.Throws<SocketException>(() => { names.Resolve("x", CancellationToken.None); }).SocketErrorCode);
        Assert.Contains("name server answers", MqttException.Of(new SocketException((int)SocketError.TryAgain)).Message);
    }

    private IPAddress[] Silent(string host)
    {
        if (Thread.CurrentThread.IsThreadPoolThread) Interlocked.Increment(ref _onPool);
        Interlocked.Increment(ref _asked);
        _answers.Wait();
        return [IPAddress.Loopback];
    }
}
