using EdgeAgent.Cli;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.TestData;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Tests.Cli;

/// <summary>A list that ends early says so.</summary>
public sealed class OutboxListTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(100, "the first 100 of 130; --limit 130 lists all\n")]
    [InlineData(130, "")]
    [InlineData(131, "")]
    public void A_table_that_was_cut_says_of_how_many_it_is(int limit, string note)
    {
        using (var store = OutboxStore.Open(_temp.File("outbox.db"), TimeProvider.System, NullLogger.Instance))
            store.Commit(Enumerable.Range(1, 130).Select(i => new StoredEvent(
                i, new OutboxEntry($"id-{i}", "t", "{}"u8.ToArray(), Severity.Info, DateTime.UtcNow.Ticks))), []);
        using var reader = new OutboxReader(_temp.File("outbox.db"));
        var (output, notes) = (new StringWriter(), new StringWriter());

        OutboxCommand.List(reader, isQuarantined: false, limit, output, notes);

        Assert.Equal(note, notes.ToString());
        Assert.Equal(Math.Min(limit, 130) + 1, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("-3")]
    [InlineData("0")]
    public async Task A_limit_that_lists_nothing_is_wrong_usage(string limit) =>
        Assert.Equal(ExitCodes.WrongUsage, await CommandLineApp.RunAsync(["outbox", "list", "--file", _temp.File("x"), "--limit", limit]));
}
