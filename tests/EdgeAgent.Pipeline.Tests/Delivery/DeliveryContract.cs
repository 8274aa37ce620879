using EdgeAgent.Pipeline.Delivery;
using EdgeAgent.Pipeline.Tests.Delivery.Mqtt;
using EdgeAgent.Pipeline.Tests.Outbox;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Pipeline.Tests.Delivery;

/// <summary>What holds for every delivery, whatever its protocol.</summary>
public abstract class DeliveryContract
{
    private readonly string[] _ids = [.. Enumerable.Range(1, 4).Select(i => HubBench.IdOf($"{i}"))];

    internal FakeTimeProvider Time { get; } = Some.Clock();

    /// <summary>The outbox behind the delivery under test.</summary>
    internal abstract OutboxBench Store { get; }

    internal abstract IDelivery Delivery { get; }

    /// <summary>Lets the delivery connect to its receiver.</summary>
    protected abstract Task ConnectAsync();

    /// <summary>The id of the next event that the receiver gets.</summary>
    protected abstract Task<string> NextAsync();

    /// <summary>Whether the receiver has got another one.</summary>
    protected abstract bool HasNext { get; }

    internal abstract Task AnswerAsync(string id, DeliveryOutcome outcome);

    /// <summary>Ends the connection from the receiver's side.</summary>
    protected abstract Task EndAsync();

    [Fact]
    public void It_is_known_by_its_name() => Assert.Equal("upstream", Delivery.Name);

    [Fact]
    public async Task What_is_accepted_is_delivered_once_and_in_order()
    {
        Append();
        await ConnectAsync();
        foreach (var id in _ids)
        {
            Assert.Equal(id, await NextAsync());
            await AnswerAsync(id, DeliveryOutcome.Accepted);
        }
        await Some.UntilAsync(() => Store.Counters is { Delivered: 4, Owed: 0 }, "all delivered");
        Assert.Equal(4, Delivery.Counters.Published);
        Assert.False(HasNext);
    }

    [Fact]
    public async Task What_is_to_come_later_comes_later_and_the_others_go_on()
    {
        Append();
        await ConnectAsync();
        Assert.Equal(_ids[0], await NextAsync());
        await AnswerAsync(_ids[0], DeliveryOutcome.Later);
        foreach (var id in _ids[1..])
        {
            Assert.Equal(id, await NextAsync());
            await AnswerAsync(id, DeliveryOutcome.Accepted);
        }
        await Some.UntilAsync(() => Store.Counters is { Delivered: 3, Owed: 1 }, "the others");
        await Task.Delay(50);
        Assert.False(HasNext);
        Pass(TimeSpan.FromSeconds(6));
        Assert.Equal(_ids[0], await NextAsync());
        await AnswerAsync(_ids[0], DeliveryOutcome.Accepted);
        await Some.UntilAsync(() => Store.Counters.Owed == 0, "the last");
    }

    [Fact]
    public async Task What_is_never_taken_is_quarantined_and_counted()
    {
        Append();
        await ConnectAsync();
        Assert.Equal(_ids[0], await NextAsync());
        await AnswerAsync(_ids[0], DeliveryOutcome.Never);
        await Some.UntilAsync(() => Store.Counters.DroppedRefused == 1, "the refusal");
        Assert.Equal(_ids[0], Assert.Single(Store.Quarantined()).Entry!.Id);
    }

    [Fact]
    public async Task A_pause_stops_everything_for_a_while_and_keeps_the_order()
    {
        Append(count: 1);
        await ConnectAsync();
        Assert.Equal(_ids[0], await NextAsync());
        await AnswerAsync(_ids[0], DeliveryOutcome.Pause);
        await Some.UntilAsync(() => Store.Outbox.Owed.HasRoom(isFresh: false), "the answer");
        await Task.Delay(50);
        Append(from: 1);
        await Task.Delay(50);
        Assert.False(HasNext);
        Pass(TimeSpan.FromSeconds(6));
        foreach (var id in _ids)
        {
            Assert.Equal(id, await NextAsync());
            await AnswerAsync(id, DeliveryOutcome.Accepted);
        }
        await Some.UntilAsync(() => Store.Counters is { Delivered: 4, Owed: 0 }, "all delivered");
    }

    [Fact]
    public async Task What_was_under_way_when_the_connection_ended_is_sent_again_one_at_a_time_at_first()
    {
        Append();
        await ConnectAsync();
        foreach (var id in _ids) Assert.Equal(id, await NextAsync());
        await EndAsync();
        await Some.UntilAsync(() => !Delivery.Counters.IsConnected, "the end");
        await ConnectAsync();
        Assert.Equal(_ids[0], await NextAsync());
        await Task.Delay(50);
        Assert.False(HasNext);
        await AnswerAsync(_ids[0], DeliveryOutcome.Accepted);
        foreach (var id in _ids[1..]) Assert.Equal(id, await NextAsync());
        foreach (var id in _ids[1..]) await AnswerAsync(id, DeliveryOutcome.Accepted);
        await Some.UntilAsync(() => Store.Counters is { Delivered: 4, Owed: 0 }, "all delivered");
    }

    private void Append(int from = 0, int count = 4)
    {
        foreach (var id in _ids[from..Math.Min(count, _ids.Length)])
            Store.Append(id, createdTicks: Time.GetUtcNow().UtcTicks);
    }

    private void Pass(TimeSpan by)
    {
        Time.Advance(by);
        // Wakes the outbox's thread, which sleeps by the real clock.
        Store.Outbox.SetLink(true);
    }
}

/// <summary>The contract holds for a receiver in memory.</summary>
public sealed class MemoryDeliveryTests : DeliveryContract, IAsyncDisposable
{
    private readonly MemoryDelivery _delivery = new("upstream");
    private readonly CancellationTokenSource _stop = new();
    private readonly OwedEvents _owed;
    private readonly Task _run;

    public MemoryDeliveryTests()
    {
        Store = new OutboxBench(o => o.GroupCommit = TimeSpan.FromMinutes(1), Time, tellsDrops: false);
        _owed = new OwedEvents(Store.Outbox, new DeliveryOptions(), Time, new LogLines());
        _run = _delivery.RunAsync(_owed, _stop.Token);
    }

    internal override OutboxBench Store { get; }

    internal override IDelivery Delivery => _delivery;

    protected override bool HasNext => _delivery.Received.Count > 0;

    protected override Task ConnectAsync()
    {
        _delivery.Connect();
        return Task.CompletedTask;
    }

    protected override Task<string> NextAsync() => _delivery.Received.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(8));

    internal override Task AnswerAsync(string id, DeliveryOutcome outcome)
    {
        _delivery.Answer(id, new DeliveryAnswer { Outcome = outcome, Reason = "because" });
        return Task.CompletedTask;
    }

    protected override Task EndAsync()
    {
        _delivery.End();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _owed.Dispose();
        Store.Dispose();
        _stop.Dispose();
    }
}
