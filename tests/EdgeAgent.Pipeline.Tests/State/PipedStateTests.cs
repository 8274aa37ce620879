using EdgeAgent.Files;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.Pipeline.Sources.Mqtt;
using EdgeAgent.Pipeline.Tests.Decisions;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>A named pipe where a file of the state folder should be neither blocks the agent nor stops it.</summary>
public sealed class PipedStateTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Pipes_in_place_of_what_is_known_of_devices_are_set_aside()
    {
        using var bench = new StateBench();
        for (var i = 0; i < 40; i++) bench.Send("pump-1", i, 20 + i % 2);
        bench.Flush();
        bench.End(Ending.Kill);
        foreach (var path in new[] { bench.LiveFile, bench.Checkpoint })
        {
            File.Delete(path);
            NamedPipe.Make(path);
        }

        await NamedPipe.NeverWaits(() =>
        {
            bench.Start();
            return true;
        });

        Assert.Equal(2, bench.Log.Lines.Count(l => l.Contains("is a named pipe (FIFO)", StringComparison.Ordinal)));
        Assert.True(File.Exists(bench.LiveFile + ".damaged"));
    }

    [Fact]
    public async Task A_pipe_in_place_of_the_outbox_is_set_aside()
    {
        var log = new LogLines();
        var path = NamedPipe.Make(_temp.File("outbox.db"));

        using var store = await NamedPipe.NeverWaits(() => OutboxStore.Open(path, TimeProvider.System, log));

        Assert.Contains(log.Lines, l => l.Contains("is a named pipe (FIFO)", StringComparison.Ordinal));
        Assert.Null(NamedFile.Problem(path));
    }

    [Fact]
    public async Task A_dead_letter_into_a_pipe_is_counted_and_told_not_waited_for()
    {
        var log = new LogLines();
        var path = NamedPipe.Make(_temp.File("dead-letter.jsonl"));
        using var letters = new DeadLetter(path, log, TimeProvider.System);

        await NamedPipe.NeverWaits(() =>
        {
            letters.Add(DecodeFailure.BadJson, "a/b"u8, "x"u8);
            return true;
        });

        Assert.True(letters.Flush(TimeSpan.FromSeconds(30)));
        Assert.Equal(1, letters.Count(DecodeFailure.BadJson));
        Assert.Contains(log.Lines, l => l.Contains("dead letter not kept", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pipes_in_place_of_names_and_the_lock_are_no_names_and_no_lock()
    {
        NamedPipe.Make(_temp.File("lock"));

        Assert.Empty(await NamedPipe.NeverWaits(() => NameFile.Read(NamedPipe.Make(_temp.File("names.json")))));
        var refused = await Assert.ThrowsAsync<NotAFileException>(() => NamedPipe.NeverWaits(() => StateLock.Take(_temp.Path)));
        Assert.Contains("is a named pipe (FIFO); expected a regular file", refused.Message);
    }
}
