using System.Diagnostics;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.TestData;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Outbox.Salvage;

/// <summary>
/// Power cuts: the store on a small ext4 file system of its own whose disk records every write and flush. For each cut the
/// disk is put together as it may have been at one moment, mounted, and opened: all that was reported safe must be there.
/// Needs root, for it mounts.
/// </summary>
public sealed class PowerCutTests(ITestOutputHelper output) : IDisposable
{
    private const int DiskBytes = 4 << 20, LogBytesLimit = 256 << 10, CutsALife = 250, CommitsALife = 300;

    private readonly TempFolder _temp = new();
    // In memory where there is one: what a disk would have kept is recorded anyway.
    private readonly DirectoryInfo _memory = Directory.CreateDirectory(
        Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"edgeagent-{Guid.NewGuid():N}"));

    private int _lives, _cuts;

    /// <summary>A commit, and how many requests the disk had seen before it and by the time it was reported safe.</summary>
    private sealed record Commit(int Begun, int Ended, long[] Added, long[] Removed);

    public void Dispose()
    {
        _temp.Dispose();
        _memory.Delete(recursive: true);
    }

    [Fact]
    public void What_was_reported_safe_before_a_power_cut_is_there_after_it()
    {
        var seed = Seed.Take(output);
        var rounds = Seed.Rounds(1000);
        var watch = Stopwatch.StartNew();
        var (cuts, within, most, again, requests) = (0, 0, 0, 0, 0);
        var empty = EmptyDisk();
        for (var life = 0; cuts < rounds; life++)
        {
            var random = new Random(seed + life);
            var (recorded, commits) = Live(empty, random);
            requests += recorded.Count;
            var replay = new DiskReplay(empty, recorded);
            var moments = Enumerable.Range(0, Math.Min(CutsALife, rounds - cuts)).Select(_ => random.Next(recorded.Count + 1)).Order();
            var (owed, done, next) = (new HashSet<long>(), new HashSet<long>(), 0);
            foreach (var moment in moments)
            {
                for (; next < commits.Count && commits[next].Ended <= moment; next++)
                {
                    owed.UnionWith(commits[next].Added);
                    owed.ExceptWith(commits[next].Removed);
                    done.UnionWith(commits[next].Removed);
                }
                var underWay = next < commits.Count && commits[next].Begun < moment ? commits[next] : null;
                var disk = replay.At(moment, random);
                var read = After(disk, life);
                if (Check(owed, done, underWay, read) is { } trouble)
                    Assert.Fail(
                        $"life {life} of seed {seed}, cut before request {moment} of {recorded.Count}, after {next} commits: {trouble}; "
                            + $"the disk is kept as {Kept(disk)}");
                (cuts, within, most, again) =
                    (cuts + 1, within + (underWay is null ? 0 : 1), Math.Max(most, owed.Count), again + read.Count(done.Contains));
            }
        }
        output.WriteLine(
            $"{cuts} power cuts in {watch.Elapsed.TotalSeconds:0} s, {within} of them within a commit, among {requests} writes and "
                + $"flushes, up to {most} events owed: nothing lost; "
            + $"{again} times an event that had been removed was owed again");
        Assert.True(within > cuts / 4);
    }

    /// <summary>Null: it is as it must be.</summary>
    private static string? Check(HashSet<long> owed, HashSet<long> done, Commit? underWay, HashSet<long> read)
    {
        var (added, removed) = (underWay?.Added ?? [], underWay?.Removed ?? []);
        var missing = owed.Except(removed).Where(s => !read.Contains(s)).ToList();
        if (missing.Count > 0) return $"{missing.Count} of {owed.Count} are gone: {string.Join(' ', missing.Take(20))}";
        if (removed.Any(s => owed.Contains(s) && !read.Contains(s)) && !added.All(read.Contains)) return "half a commit is there";
        var more = read.Where(s => !owed.Contains(s) && !done.Contains(s) && !added.Contains(s)).ToList();
        return more.Count > 0 ? $"{string.Join(' ', more)} were never written" : null;
    }

    /// <summary>A life of a store, and all that its disk was asked for meanwhile.</summary>
    private (List<DiskRequest> Requests, List<Commit> Commits) Live(byte[] empty, Random random)
    {
        var (file, folder) = (_temp.File($"disk-{_lives++}"), Folder("live"));
        File.WriteAllBytes(file, []);
        using var disk = new RecordedDisk(file, empty);
        var commits = new List<Commit>();
        Sh($"mount -o loop {file} {folder}");
        try
        {
            using var store = OutboxStore.Open(Path.Combine(folder, "outbox.db"), TimeProvider.System, new LogLines(), LogBytesLimit);
            var (owed, sequence) = (new SortedSet<long>(), random.Next(1000) * 100_000L);
            for (var i = 0; i < CommitsALife; i++)
            {
                var added = Enumerable.Range(0, random.Next(20)).Select(_ => Entry(++sequence)).ToList();
                var removed = owed.Take(owed.Count > 300 ? 200 : random.Next(12)).ToArray();
                var begun = disk.Count;
                store.Commit(added, removed);
                commits.Add(new Commit(begun, disk.Count, [.. added.Select(e => e.Sequence)], removed));
                owed.UnionWith(added.Select(e => e.Sequence));
                owed.ExceptWith(removed);
                if (random.Next(40) == 0) store.GiveSpaceBack();
            }
            return (disk.Requests, commits);
        }
        finally
        {
            Sh($"umount {folder}");
        }
    }

    /// <summary>What a store finds on a disk that lost its power.</summary>
    private HashSet<long> After(byte[] disk, int life)
    {
        // A file of its own each time: where anyone still has the last one's loop device open, mount takes that device again, and with it
        // the last superblock, which says that there is no journal to replay.
        var (file, folder) = (Path.Combine(_memory.FullName, $"cut-{_cuts++}.img"), Folder("cut"));
        File.WriteAllBytes(file, disk);
        Sh($"mount -o loop {file} {folder}");
        try
        {
            var log = new LogLines();
            using var store = OutboxStore.Open(Path.Combine(folder, "outbox.db"), TimeProvider.System, log, LogBytesLimit);
            var rows = store.ReadAfter(0, int.MaxValue);
            foreach (var row in rows)
                Assert.True(
                    Entry(row.Sequence).Payload.AsSpan().SequenceEqual(row.Payload), $"life {life}: the payload of {row.Id} is another");
            Assert.DoesNotContain(log.Lines, l => l.Contains("set aside", StringComparison.Ordinal));
            return [.. rows.Select(e => e.Sequence)];
        }
        finally
        {
            Sh($"umount {folder}");
            File.Delete(file);
        }
    }

    /// <summary>The event of a sequence is always the same.</summary>
    private static StoredEvent Entry(long sequence)
    {
        var random = new Random((int)sequence);
        var entry = Some.Entry($"e{sequence}", bytes: random.Next(20) == 0 ? random.Next(12_000) : random.Next(1500)).At(sequence);
        random.NextBytes(entry.Payload);
        return entry;
    }

    /// <summary>What the kernel asks of the disk differs in each run, so a seed does not bring this disk back.</summary>
    private static string Kept(byte[] disk)
    {
        var file = Path.Combine(Path.GetTempPath(), $"edgeagent-cut-{Guid.NewGuid():N}.img");
        File.WriteAllBytes(file, disk);
        return file;
    }

    private byte[] EmptyDisk()
    {
        var file = Path.Combine(_memory.FullName, "empty.img");
        using (var stream = new FileStream(file, FileMode.CreateNew)) stream.SetLength(DiskBytes);
        Sh($"mkfs.ext4 -q -F -E lazy_itable_init=0,lazy_journal_init=0 {file}");
        return File.ReadAllBytes(file);
    }

    private string Folder(string name) => Directory.CreateDirectory(_temp.File(name)).FullName;

    internal static void Sh(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command}: {error}");
    }
}
