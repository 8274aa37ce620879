using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.TestData;
using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Tests.Outbox.Store;

public sealed class OutboxStoreTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly LogLines _log = new();

    private string File => _temp.File("outbox.db");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void What_was_committed_is_there_when_it_is_opened_again_in_order()
    {
        using (var store = Open())
        {
            store.Commit([Entry(2), Entry(1), Entry(3)], []);
            store.Commit([Entry(4)], [2]);
        }
        using var reopened = Open();

        Assert.Equal([1, 3, 4], reopened.ReadAfter(0, 10).Select(e => e.Sequence));
        Assert.Equal([3L], reopened.ReadAfter(1, 1).Select(e => e.Sequence));
        Assert.Equal((3, 3 * Entry(1).StoredBytes, 4), reopened.Measure());
        var entry = reopened.ReadAfter(3, 10).Single();
        Assert.Equal(("id-4", "anomalies/site/pump", 77L), (entry.Id, entry.Topic, entry.CreatedTicks));
        Assert.Equal(10, entry.Payload.Length);
    }

    [Fact]
    public void What_is_written_to_disk_is_counted_by_the_page()
    {
        using var store = Open();
        var before = store.WrittenBytes;
        store.Commit([Some.Entry("large", bytes: 100_000).At(1)], []);
        var written = store.WrittenBytes - before;
        var log = new FileInfo(File + "-wal").Length;

        Assert.InRange(written, 100_000, log);
        store.ReadAfter(0, 1);
        Assert.Equal(written, store.WrittenBytes - before);
    }

    [Fact]
    public void The_oldest_is_the_first_in_order()
    {
        using var store = Open();
        Assert.Equal(0, store.OldestTicks());
        store.Commit([Some.Entry("b", createdTicks: 2000).At(2), Some.Entry("a", createdTicks: 1000).At(1)], []);
        Assert.Equal(1000, store.OldestTicks());
        store.Commit([], [1]);
        Assert.Equal(2000, store.OldestTicks());
    }

    [Fact]
    public void A_commit_that_fails_changes_nothing()
    {
        using var store = Open();
        store.Commit([Entry(1)], []);

        Assert.Throws<SqliteException>(() => store.Commit([Entry(2), Entry(1)], [1]));

        Assert.Equal([1L], store.ReadAfter(0, 10).Select(e => e.Sequence));
        store.Commit([Entry(2)], [1]);
        Assert.Equal([2L], store.ReadAfter(0, 10).Select(e => e.Sequence));
    }

    [Fact]
    public void A_file_that_is_no_database_is_set_aside()
    {
        System.IO.File.WriteAllText(File, string.Concat(Enumerable.Repeat("this is somebody's letter. ", 500)));
        AssertSetAside("this is somebody's letter");
    }

    [Fact]
    public void A_database_torn_at_its_end_is_set_aside()
    {
        FillAndClose();
        using (var stream = new FileStream(File, FileMode.Open)) stream.SetLength(stream.Length / 2);
        AssertSetAside("SQLite format 3");
    }

    [Fact]
    public void A_page_torn_in_the_middle_is_found_when_the_store_is_opened()
    {
        FillAndClose();
        using (var stream = new FileStream(File, FileMode.Open))
        {
            stream.Seek(2 * 4096, SeekOrigin.Begin);
            stream.Write(Enumerable.Repeat((byte)0xA5, (int)stream.Length - 3 * 4096).ToArray());
        }
        AssertSetAside("SQLite format 3");
    }

    [Fact]
    public void A_table_of_another_shape_is_set_aside()
    {
        using (var foreign = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            foreign.Open();
            using var command = foreign.CreateCommand();
            command.CommandText = "CREATE TABLE outbox(letter TEXT)";
            command.ExecuteNonQuery();
        }
        AssertSetAside("SQLite format 3");
    }

    private void AssertSetAside(string begins)
    {
        using var store = Open();
        store.Commit([Entry(1001)], []);
        Assert.Equal(1001, store.ReadAfter(0, 1000)[^1].Sequence);
        Assert.StartsWith(
            begins, System.IO.File.ReadAllText(Directory.GetFiles(_temp.Path, "outbox.db.corrupt-*").Single(f => char.IsDigit(f[^1]))));
        Assert.True(_log.Contains("set aside"));
    }

    private void FillAndClose()
    {
        using var store = Open();
        store.Commit(Enumerable.Range(1, 500).Select(i => Some.Entry($"id-{i}", bytes: 1000).At(i)), []);
    }

    private OutboxStore Open() => OutboxStore.Open(File, Some.Clock(), _log);

    private static StoredEvent Entry(long sequence) => Some.Entry($"id-{sequence}", createdTicks: 77).At(sequence);
}
