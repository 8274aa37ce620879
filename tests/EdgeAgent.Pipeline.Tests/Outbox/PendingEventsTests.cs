using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>Events in memory that a kill leaves as it is: what it holds is read back from a copy.</summary>
public sealed unsafe class PendingEventsTests : IDisposable
{
    private const int Bytes = 2048;

    private readonly nint _memory = (nint)NativeMemory.AllocZeroed(Bytes);
    private readonly LogLines _log = new();
    private readonly PendingEvents _pending;

    public PendingEventsTests() => _pending = new PendingEvents(_memory, Bytes, _log);

    public void Dispose() => NativeMemory.Free((void*)_memory);

    [Fact]
    public void What_is_kept_is_there_as_it_was_until_it_is_safe()
    {
        var first = Some.Entry("a", createdTicks: 42, bytes: 100);
        new Random(1).NextBytes(first.Payload);
        var second = Some.Entry("b");
        _pending.Keep(first);
        _pending.Keep(second);

        var kept = Kept();
        Assert.Equal(["a", "b"], kept.Select(e => e.Id));
        Assert.Equal((first.Topic, 42, first.Severity), (kept[0].Topic, kept[0].CreatedTicks, kept[0].Severity));
        Assert.Equal(first.Payload, kept[0].Payload);

        _pending.Free(first);
        Assert.Equal(["b"], Kept().Select(e => e.Id));
        _pending.Free(second);
        Assert.Empty(Kept());
        Assert.Equal(0, _pending.UsedBytes);
    }

    [Fact]
    public void However_they_become_safe_exactly_the_others_are_kept()
    {
        var random = new Random(7);
        var owed = new List<OutboxEntry>();
        for (var i = 0; i < 5000; i++)
        {
            var entry = Some.Entry($"event-{i}", bytes: random.Next(300));
            if (_pending.TryKeep(entry)) owed.Add(entry);
            while (owed.Count > 0 && random.Next(3) == 0)
            {
                var safe = random.Next(owed.Count);
                _pending.Free(owed[safe]);
                owed.RemoveAt(safe);
            }
            Assert.Equal(owed.Select(e => e.Id), Kept().Select(e => e.Id));
        }
        Assert.True(owed.Count < 100);
    }

    [Fact]
    public void Full_it_makes_the_lane_wait_until_there_is_room()
    {
        var owed = new Queue<OutboxEntry>();
        OutboxEntry next;
        while (_pending.TryKeep(next = Some.Entry($"{owed.Count}", bytes: 300))) owed.Enqueue(next);
        var waiting = Keeping(next);
        Assert.False(waiting.Join(200));
        _pending.Free(owed.Dequeue());
        Assert.True(waiting.Join(TimeSpan.FromSeconds(8)));
        Assert.Contains(next.Id, Kept().Select(e => e.Id));
    }

    [Fact]
    public void At_a_stop_nobody_waits_any_more()
    {
        while (_pending.TryKeep(Some.Entry("x", bytes: 300))) { }
        var waiting = Keeping(Some.Entry("y", bytes: 300));
        Assert.False(waiting.Join(100));
        _pending.LetPass();
        Assert.True(waiting.Join(TimeSpan.FromSeconds(8)));
    }

    [Fact]
    public void An_event_that_is_too_large_is_told_once_and_lets_the_lane_go_on()
    {
        _pending.Keep(Some.Entry("large", bytes: Bytes));
        _pending.Keep(Some.Entry("large", bytes: Bytes));
        Assert.Single(_log.Lines, l => l.Contains("too many to be kept"));
        Assert.Empty(Kept());
    }

    [Fact]
    public void A_record_that_is_not_whole_is_none_and_junk_holds_nothing()
    {
        _pending.Keep(Some.Entry("a", bytes: 100));
        _pending.Keep(Some.Entry("b", bytes: 100));
        var copy = Copy();
        copy[150] ^= 1;
        Assert.Equal(["b"], PendingEvents.Read(copy).Select(e => e.Id));
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            copy = Copy();
            for (var i = 0; i < 20; i++) copy[random.Next(400)] = (byte)random.Next(256);
            Assert.InRange(PendingEvents.Read(copy.AsSpan(0, random.Next(copy.Length))).Count, 0, 2);
        }
    }

    private Thread Keeping(OutboxEntry entry)
    {
        var thread = new Thread(() => _pending.Keep(entry)) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private byte[] Copy() => new ReadOnlySpan<byte>((void*)_memory, Bytes).ToArray();

    private List<OutboxEntry> Kept() => PendingEvents.Read(Copy());
}
