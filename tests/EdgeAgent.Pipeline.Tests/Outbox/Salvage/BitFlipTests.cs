using System.Diagnostics;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.TestData;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Outbox.Salvage;

/// <summary>Whatever is wrong with its files, the store opens, delivers what is whole, and never a wrong payload.</summary>
public sealed class BitFlipTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly LogLines _log = new();
    private readonly Dictionary<string, StoredEvent> _written = [];
    private int _stores;

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    public void One_flipped_bit_costs_one_event_at_most(string suffix)
    {
        var seed = Seed.Take(output);
        var rounds = Seed.Rounds(200);
        var (lost, again) = (0, 0);
        for (var round = 0; round < rounds; round++)
        {
            var random = new Random(seed + round);
            var (file, owed, done) = Crashed(random);
            var bytes = File.ReadAllBytes(file + suffix);
            var bit = random.Next(bytes.Length * 8);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(file + suffix, bytes);

            var read = Read(file);

            var missing = owed.Except(read).ToList();
            Assert.True(
                missing.Count <= 1,
                $"round {round} of seed {seed}: bit {bit % 8} of byte {bit / 8} of outbox.db{suffix} cost {missing.Count} of "
                    + $"{owed.Count}: {string.Join(' ', missing.Take(20))}\n{string.Join('\n', _log.Lines)}");
            // An event that was delivered may come again, under its id; one that was never written may not come.
            Assert.Subset(owed.Concat(done).ToHashSet(), read.ToHashSet());
            Assert.Equal(read.Count, read.Distinct().Count());
            (lost, again) = (lost + missing.Count, again + read.Intersect(done).Count());
            foreach (var left in Directory.GetFiles(_temp.Path)) File.Delete(left);
        }
        output.WriteLine($"{rounds} bits flipped in outbox.db{suffix}: {lost} events lost, {again} that had been delivered owed again");
    }

    [Fact]
    public void A_file_cut_short_anywhere_opens_with_what_is_left()
    {
        var seed = Seed.Take(output);
        for (var round = 0; round < Seed.Rounds(200) / 4; round++)
        {
            var random = new Random(seed + round);
            var (file, owed, done) = Crashed(random);
            var cut = file + (round % 2 == 0 ? "" : "-wal");
            var left = random.NextInt64(new FileInfo(cut).Length);
            using (var stream = new FileStream(cut, FileMode.Open)) stream.SetLength(left);

            var read = Read(file);

            Assert.Subset(owed.Concat(done).ToHashSet(), read.ToHashSet());
            // What the log holds is not the database's to lose.
            if (cut == file) Assert.True(read.Count > 0, $"nothing is left of {owed.Count} in round {round} of seed {seed}, cut at {left}");
            foreach (var rest in Directory.GetFiles(_temp.Path)) File.Delete(rest);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(3_000_000)]
    public void A_foreign_or_an_empty_file_is_set_aside_or_taken_over(int bytes)
    {
        var file = _temp.File("outbox.db");
        var foreign = new byte[bytes];
        new Random(bytes).NextBytes(foreign);
        foreach (var suffix in new[] { "", "-wal", "-shm" })
        {
            File.WriteAllBytes(file + suffix, foreign);
            Assert.Empty(Read(file));
            using (var store = Open(file)) store.Commit([Some.Entry("a").At(1)], []);
            Assert.Single(Read(file, isChecked: false));
            foreach (var rest in Directory.GetFiles(_temp.Path)) File.Delete(rest);
        }
    }

    [Fact]
    public void A_lost_database_gives_what_its_log_holds()
    {
        var (file, owed, _) = Crashed(new Random(3));
        File.Delete(file);
        var read = Read(file);
        Assert.NotEmpty(read);
        Assert.Subset(owed.ToHashSet(), read.ToHashSet());
    }

    [Fact]
    public void A_large_damaged_store_opens_in_time_and_keeps_what_is_worst()
    {
        var file = _temp.File("outbox.db");
        using (var store = Open(file))
            for (var i = 0; i < 64; i++)
                store.Commit(Enumerable.Range(0, 2000).Select(n => Entry(i * 2000 + n + 1, 2000, (Severity)(n % 10 == 0 ? 2 : 0))), []);
        var length = new FileInfo(file).Length;
        Assert.True(length > 256 << 20);
        using (var stream = new FileStream(file, FileMode.Open))
        {
            stream.Seek(length / 2, SeekOrigin.Begin);
            stream.Write(new byte[8192]);
        }
        var watch = Stopwatch.StartNew();
        using var opened = Open(file);
        output.WriteLine(
            $"opened {length >> 20} MiB with a hole in {watch.ElapsedMilliseconds} ms; {opened.Measure().Count} of 128000 carried over or "
                + $"left in place\n{string.Join('\n', _log.Lines)}");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
        // How many are carried over in the time that a start may take depends on the machine.
        Assert.True(opened.Measure().Count > 2_000);
    }

    /// <summary>A store as a crash leaves it: some of it in the database, some in the log, some delivered and removed.</summary>
    private (string File, HashSet<string> Owed, HashSet<string> Done) Crashed(Random random)
    {
        var live = _temp.File($"live-{_stores++}.db");
        var file = _temp.File("outbox.db");
        _written.Clear();
        var (owed, done, sequence) = (new HashSet<string>(), new HashSet<string>(), 0L);
        using (var store = Open(live))
        {
            for (var commit = 0; commit < 30; commit++)
            {
                var added = Enumerable.Range(0, random.Next(1, 12))
                    .Select(_ => Entry(++sequence, random.Next(10) == 0 ? random.Next(20_000) : random.Next(1500),
                        (Severity)random.Next(3), random)).ToList();
                var removed = owed.Where(_ => random.Next(12) == 0).Select(id => _written[id].Sequence).ToList();
                store.Commit(added, removed);
                owed.UnionWith(added.Select(e => e.Id));
                foreach (var gone in removed.Select(s => $"event-{s}"))
                {
                    owed.Remove(gone);
                    done.Add(gone);
                }
                if (commit == 14) store.GiveSpaceBack();
            }
            foreach (var suffix in new[] { "", "-wal", "-shm" }) File.Copy(live + suffix, file + suffix);
        }
        foreach (var left in Directory.GetFiles(_temp.Path, "live-*")) File.Delete(left);
        return (file, owed, done);
    }

    private StoredEvent Entry(long sequence, int bytes, Severity severity, Random? random = null)
    {
        var entry = Some.Entry($"event-{sequence}", bytes: bytes, severity: severity).At(sequence);
        (random ?? new Random((int)sequence)).NextBytes(entry.Payload);
        return _written[entry.Id] = entry;
    }

    /// <summary>Ids of all that comes back, each compared with what was written.</summary>
    private List<string> Read(string file, bool isChecked = true)
    {
        using var store = Open(file);
        var read = store.ReadAfter(0, int.MaxValue);
        foreach (var entry in isChecked ? read : [])
        {
            var written = _written[entry.Id];
            Assert.Equal((written.Sequence, written.Topic, written.Severity, written.CreatedTicks),
                (entry.Sequence, entry.Topic, entry.Severity, entry.CreatedTicks));
            Assert.True(written.Payload.AsSpan().SequenceEqual(entry.Payload), $"the payload of {entry.Id} is another");
        }
        return [.. read.Select(e => e.Id)];
    }

    private OutboxStore Open(string file) => OutboxStore.Open(file, TimeProvider.System, _log);
}
