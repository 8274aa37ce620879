using System.Collections.Concurrent;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Tests.Decisions;

namespace EdgeAgent.Pipeline.Tests;

public sealed class LaneQueueTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly LaneBench _bench = new();
    private readonly LaneQueue _queue;
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly ConcurrentQueue<(string Device, long Second, int Thread)> _seen = new();
    private Thread? _lane;

    public LaneQueueTests()
    {
        _queue = new LaneQueue(_bench.Lane, _failures.Enqueue);
        _bench.OnArrival = (device, ticks) => _seen.Enqueue(
            (device.Name, (ticks - Some.Start.UtcTicks) / TimeSpan.TicksPerSecond, Environment.CurrentManagedThreadId));
    }

    private long[] Seconds => [.. _seen.Select(s => s.Second)];

    public void Dispose()
    {
        _queue.Complete();
        _lane?.Join();
        _bench.Dispose();
    }

    [Fact]
    public void An_idle_lane_runs_on_the_thread_that_brings_its_readings()
    {
        StartLane();
        var returned = 0;

        _queue.Put(Some.Batch(3, returned: _ => returned++));

        Assert.All(_seen, s => Assert.Equal(Environment.CurrentManagedThreadId, s.Thread));
        Assert.Equal([0, 1, 2], Seconds);
        Assert.Equal((1, 1, 0, false), (returned, _queue.RunInline, _queue.Messages, _queue.HasWork));
        Assert.Equal(3, _bench.Lane.Counters.Received);
    }

    [Fact]
    public void What_comes_while_another_thread_runs_the_lane_waits_for_the_lane_s_own()
    {
        StartLane();
        using var isAtIt = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var note = _bench.OnArrival!;
        _bench.OnArrival = (device, ticks) =>
        {
            isAtIt.Set();
            goOn.Wait();
            note(device, ticks);
        };
        var source = new Thread(() => _queue.Put(Some.Batch(2)));
        source.Start();
        Assert.True(isAtIt.Wait(Patience));

        _queue.Put(Some.Batch(3, firstSecond: 2));
        Assert.Equal((5, true), (_queue.Messages, _queue.HasWork));
        Assert.Empty(_seen);
        goOn.Set();
        source.Join();

        Some.Until(() => _queue.Messages == 0, "the rest");
        Assert.Equal([0, 1, 2, 3, 4], Seconds);
        Assert.Equal(1, _queue.RunInline);
        Assert.All(_seen.Skip(2), s => Assert.Equal(_lane!.ManagedThreadId, s.Thread));
    }

    [Fact]
    public void What_would_take_long_waits_for_the_lane_s_own_thread()
    {
        StartLane();
        var note = _bench.OnArrival!;
        _bench.OnArrival = (device, ticks) =>
        {
            Thread.Sleep(20);
            note(device, ticks);
        };
        // At first nobody knows; of this one is learned that a reading takes 2 ms at least.
        _queue.Put(Some.Batch(1));
        _bench.OnArrival = note;
        Assert.Equal(1, _queue.RunInline);

        _queue.Put(Some.Batch(100, firstSecond: 1));

        Some.Until(() => _queue.Messages == 0, "the long one");
        Assert.Equal(1, _queue.RunInline);
        Assert.All(_seen.Skip(1), s => Assert.Equal(_lane!.ManagedThreadId, s.Thread));
    }

    [Fact]
    public void While_an_event_might_have_to_wait_no_source_runs_the_lane()
    {
        StartLane();
        _bench.MayBlock = true;
        _queue.Put(Some.Batch(1));
        Some.Until(() => _queue.Messages == 0, "the lane's thread");
        Assert.Equal(0, _queue.RunInline);

        _bench.MayBlock = false;
        Some.Until(() =>
        {
            _queue.Put(Some.Batch(1, firstSecond: 1 + _seen.Count));
            return _queue.RunInline > 0;
        }, "an idle lane");
    }

    [Fact]
    public void Nothing_overtakes_what_waits()
    {
        _bench.MayBlock = true;
        _queue.Put(Some.Batch(2));
        _bench.MayBlock = false;
        _queue.Put(Some.Batch(2, firstSecond: 2));
        Assert.Empty(_seen);
        Assert.Equal(4, _queue.Messages);

        StartLane();

        Some.Until(() => _queue.Messages == 0, "both");
        Assert.Equal([0, 1, 2, 3], Seconds);
    }

    [Fact]
    public void Messages_count_until_the_lane_is_done_with_their_batch()
    {
        using var step = new SemaphoreSlim(0);
        var note = _bench.OnArrival!;
        _bench.OnArrival = (device, ticks) =>
        {
            note(device, ticks);
            step.Wait();
        };
        _bench.MayBlock = true;
        _queue.Put(Some.Batch(2));
        _queue.Put(Some.Batch(3, firstSecond: 2));
        Assert.Equal(5, _queue.Messages);
        StartLane();
        Some.Until(() => _seen.Count == 1, "the first");
        Assert.Equal(5, _queue.Messages);
        step.Release(2);
        Some.Until(() => _seen.Count == 3, "the second batch");
        Assert.Equal((3, true), (_queue.Messages, _queue.HasWork));
        step.Release(3);
        Some.Until(() => !_queue.HasWork, "the end");
        Assert.Equal(0, _queue.Messages);
    }

    [Fact]
    public void A_request_runs_between_two_batches_on_the_lane_s_own_thread()
    {
        var ranOn = 0;
        var seenBefore = -1;
        _bench.MayBlock = true;
        _queue.Put(Some.Batch(3));
        Assert.True(_queue.TryPost(() => (ranOn, seenBefore) = (Environment.CurrentManagedThreadId, _seen.Count)));
        _queue.Put(Some.Batch(3, firstSecond: 3));
        Assert.Equal(0, ranOn);

        StartLane();

        Some.Until(() => !_queue.HasWork && ranOn != 0, "all");
        Assert.Equal(_lane!.ManagedThreadId, ranOn);
        Assert.Contains(seenBefore, new[] { 0, 3, 6 });
    }

    [Fact]
    public void A_request_wakes_a_lane_that_waits_and_what_comes_behind_it_waits_too()
    {
        StartLane();
        using var isAtIt = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        Assert.True(_queue.TryPost(() =>
        {
            isAtIt.Set();
            goOn.Wait();
        }));
        Assert.True(isAtIt.Wait(Patience));

        _queue.Put(Some.Batch(1));
        Assert.Empty(_seen);
        goOn.Set();

        Some.Until(() => _queue.Messages == 0, "the batch");
        Assert.Equal(0, _queue.RunInline);
    }

    [Fact]
    public void A_lane_that_has_stopped_or_is_stuck_takes_no_requests()
    {
        for (var i = 0; i < 64; i++)
            Assert.True(_queue.TryPost(() => { }));
        Assert.False(_queue.TryPost(() => { }));

        var stopped = new LaneQueue(_bench.Lane, _failures.Enqueue);
        stopped.Complete();
        Assert.False(stopped.TryPost(() => { }));
    }

    [Fact]
    public void What_waits_is_still_run_after_the_completion()
    {
        var ran = false;
        _bench.MayBlock = true;
        _queue.Put(Some.Batch(2));
        Assert.True(_queue.TryPost(() => ran = true));
        _queue.Put(Some.Batch(2, firstSecond: 2));
        _queue.Complete();

        StartLane();

        Assert.True(_lane!.Join(Patience));
        Assert.Equal([0, 1, 2, 3], Seconds);
        Assert.True(ran);
        Assert.False(_queue.HasWork);
    }

    [Fact]
    public void A_lane_that_a_source_runs_while_the_queue_completes_is_waited_for()
    {
        StartLane();
        using var isAtIt = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        _bench.OnArrival = (_, _) =>
        {
            isAtIt.Set();
            goOn.Wait();
        };
        var source = new Thread(() => _queue.Put(Some.Batch(1)));
        source.Start();
        Assert.True(isAtIt.Wait(Patience));

        _queue.Complete();
        Assert.False(_lane!.Join(100), "the lane is still at work");
        goOn.Set();

        Assert.True(_lane.Join(Patience));
        source.Join();
        Assert.Equal(0, _queue.Messages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lane_that_has_broken_runs_nothing_more_and_acknowledges_nothing(bool isInline)
    {
        StartLane();
        var acknowledgements = new Acknowledgements();
        var returned = 0;
        _bench.MayBlock = !isInline;
        _bench.OnArrival = (_, _) => throw new InvalidOperationException("broken");

        _queue.Put(Some.Batch(2, acknowledger: acknowledgements, returned: _ => returned++));

        Some.Until(() => !_failures.IsEmpty, "the failure");
        Assert.True(_lane!.Join(Patience), "its own thread ends");
        _bench.OnArrival = (device, _) => _seen.Enqueue((device.Name, 0, 0));
        _bench.MayBlock = false;
        _queue.Put(Some.Batch(2, firstSecond: 5, acknowledger: acknowledgements, returned: _ => returned++));
        Assert.False(_queue.TryPost(() => { }));
        Assert.Equal("broken", Assert.Single(_failures).Message);
        Assert.Empty(_seen);
        Assert.Empty(acknowledgements.Finished);
        Assert.Equal((0, 4), (returned, _queue.Messages));
    }

    [Fact]
    public void Of_many_threads_one_at_a_time_runs_the_lane_and_each_source_s_readings_stay_in_order()
    {
        const int Sources = 4;
        const int Batches = 3000;
        StartLane();
        var owners = 0;
        var clashes = 0;
        var random = new ThreadLocal<Random>(() => new Random(Environment.CurrentManagedThreadId));
        var next = new int[Sources];
        var disorder = 0;
        _bench.OnArrival = (device, ticks) =>
        {
            if (Interlocked.Increment(ref owners) != 1) Interlocked.Increment(ref clashes);
            var source = device.Name[0] - '0';
            if ((ticks - Some.Start.UtcTicks) / TimeSpan.TicksPerSecond != next[source]++) disorder++;
            if (random.Value!.Next(500) == 0) Thread.Yield();
            Interlocked.Decrement(ref owners);
        };
        var requests = 0;
        var ran = 0;
        var threads = Enumerable.Range(0, Sources).Select(source => new Thread(() =>
        {
            var device = new Device($"{source}", "pumps", 0);
            var pool = new RowBatchPool(4);
            using var isBack = new AutoResetEvent(false);
            pool.Available = () => isBack.Set();
            for (var (batch, second) = (0, 0); batch < Batches; batch++)
            {
                RowBatch? rented;
                while (!pool.TryRent(out rented)) Assert.True(isBack.WaitOne(Patience), "no batch comes back");
                var messages = random.Value!.Next(1, 4);
                _queue.Put(Some.Fill(rented, messages, device, second));
                second += messages;
                if (random.Value.Next(20) != 0 || !_queue.TryPost(() => Interlocked.Increment(ref ran))) continue;
                Interlocked.Increment(ref requests);
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Some.Until(() => !_queue.HasWork, "rest");
        _queue.Complete();
        Assert.True(_lane!.Join(Patience));

        Assert.Empty(_failures);
        Assert.Equal((0, 0), (clashes, disorder));
        Assert.Equal(0, _queue.Messages);
        Assert.Equal(next.Sum(), _bench.Lane.Counters.Received);
        Assert.Equal(requests, ran);
        Assert.True(_queue.RunInline > 0);
        Assert.True(next.All(n => n > Batches));
    }

    private void StartLane()
    {
        _lane = new Thread(_queue.RunAll) { IsBackground = true };
        _lane.Start();
    }
}
