using System.Collections.Concurrent;

namespace EdgeAgent.Mqtt.Tests;

public class ReceiveWindowTests
{
    private readonly List<int> _due = [];

    [Fact]
    public void Acknowledgements_are_due_in_the_order_of_arrival()
    {
        var window = new ReceiveWindow(8);
        var tokens = new int[4];
        for (ushort id = 0; id < 4; id++)
            Assert.True(window.TryAdd((ushort)(id + 10), out tokens[id]));

        foreach (var (finished, due) in new (int, int[])[] { (2, []), (1, []), (0, [10, 11, 12]), (3, [10, 11, 12, 13]) })
        {
            window.Finish(tokens[finished]);
            TakeDue(window);
            Assert.Equal(due, _due);
        }
        Assert.Equal(0, window.Waiting);
    }

    [Fact]
    public void A_message_may_be_repeated_until_a_ping_behind_its_acknowledgement_is_answered()
    {
        var window = new ReceiveWindow(8);
        Take(window, 1);
        Take(window, 2);
        window.PingSent();
        Take(window, 3);
        window.PingSent();
        Assert.Equal(3, window.PossibleRepeats);

        window.PingAnswered();
        Assert.Equal(1, window.PossibleRepeats);
        window.PingAnswered();
        Assert.Equal(0, window.PossibleRepeats);
        // An answer to nothing proves nothing.
        window.PingAnswered();
        Assert.True(window.TryAdd(4, out _));
        window.PingSent();
        window.PingAnswered();
        Assert.Equal(1, window.PossibleRepeats);
    }

    [Fact]
    public void Repeats_that_have_not_come_yet_are_expected_on_the_next_connection_too()
    {
        var window = new ReceiveWindow(8);
        window.ExpectRepeats(3);
        Assert.Equal(3, window.PossibleRepeats);
        Take(window, 1);
        Assert.True(window.MayRepeat);
        Assert.Equal(3, window.PossibleRepeats);
        window.PingSent();
        window.PingAnswered();
        Assert.Equal(2, window.PossibleRepeats);

        Take(window, 2);
        Assert.True(window.TryAdd(3, out _));
        Assert.True(window.MayRepeat);
        window.Undo();
        Take(window, 3);
        Assert.True(window.MayRepeat);
        Take(window, 4);
        Assert.False(window.MayRepeat);
    }

    [Fact]
    public void It_takes_as_many_as_its_limit_and_again_as_they_are_acknowledged()
    {
        var window = new ReceiveWindow(3);
        for (ushort id = 1; id <= 3; id++)
            Assert.True(window.TryAdd(id, out _));
        Assert.False(window.TryAdd(4, out _));
        Assert.Equal(3, window.Waiting);

        window.Finish(0);
        TakeDue(window);

        Assert.True(window.TryAdd(4, out var token));
        Assert.Equal(0, token);
        Assert.False(window.TryAdd(5, out _));
    }

    [Fact]
    public void A_message_held_by_several_is_due_when_the_last_has_finished()
    {
        var window = new ReceiveWindow(2);
        window.TryAdd(7, out var token);
        window.Hold(token, 2);
        for (var i = 0; i < 3; i++)
        {
            TakeDue(window);
            Assert.Empty(_due);
            window.Finish(token);
        }
        TakeDue(window);
        Assert.Equal([7], _due);
    }

    [Fact]
    public void A_message_that_is_taken_back_leaves_its_place()
    {
        var window = new ReceiveWindow(2);
        window.TryAdd(7, out var first);
        window.TryAdd(8, out _);
        window.Undo();
        Assert.Equal(1, window.Waiting);
        Assert.True(window.TryAdd(8, out var again));
        Assert.Equal(1, again);

        window.Finish(first);
        window.Finish(again);
        TakeDue(window);

        Assert.Equal([7, 8], _due);
    }

    [Fact]
    public async Task Many_threads_finishing_at_random_acknowledge_each_once_in_order()
    {
        const int Count = 20_000;
        var window = new ReceiveWindow(64);
        using var work = new BlockingCollection<int>();
        var lanes = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            foreach (var token in work.GetConsumingEnumerable())
                window.Finish(token);
        })).ToArray();
        for (var id = 1; id <= Count; id++)
        {
            int token;
            while (!window.TryAdd((ushort)id, out token))
            {
                TakeDue(window);
                Thread.Yield();
            }
            // Two hold each third message.
            if (id % 3 == 0) window.Hold(token, 1);
            work.Add(token);
            if (id % 3 == 0) work.Add(token);
        }
        work.CompleteAdding();
        await Task.WhenAll(lanes);
        TakeDue(window);

        Assert.Equal(Enumerable.Range(1, Count), _due);
        Assert.Equal(0, window.Waiting);
    }

    private void Take(ReceiveWindow window, ushort packetId)
    {
        Assert.True(window.TryAdd(packetId, out var token));
        window.Finish(token);
        TakeDue(window);
    }

    private void TakeDue(ReceiveWindow window)
    {
        while (window.TryTakeDue(out var packetId)) _due.Add(packetId);
    }
}
