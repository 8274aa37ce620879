using System.Globalization;
using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.Pipeline.Tests.Outbox.Salvage;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>Real disks that are full, out of inodes or read-only. Needs root, for it mounts.</summary>
public sealed partial class FullDiskTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly LogLines _log = new();
    private readonly string _disk;

    public FullDiskTests()
    {
        _disk = Directory.CreateDirectory(_temp.File("disk")).FullName;
        PowerCutTests.Sh($"mount -t tmpfs -o size=1m,nr_inodes=12 tmpfs {_disk}");
    }

    private string Filler => Path.Combine(_disk, "filler");

    public void Dispose()
    {
        PowerCutTests.Sh($"umount -l {_disk}");
        _temp.Dispose();
    }

    [Fact]
    public void A_disk_filled_to_the_last_byte_costs_nothing_and_it_goes_on_when_there_is_room()
    {
        using var outbox = Open();
        Append(outbox, 0, 20);
        Some.Until(() => outbox.Counters.Stored == 20, "the first");
        PowerCutTests.Sh($"cat /dev/zero > {Filler} 2>/dev/null; true");
        Append(outbox, 20, 200);
        Some.Until(() => outbox.Counters.IsDiskRefusing, "the refusal");
        Assert.Equal((200, 0), (outbox.Counters.Owed, outbox.Counters.Dropped));

        File.Delete(Filler);

        Some.Until(() => outbox.Counters.Stored == 200, "all on disk");
        Drain(outbox, 200);
    }

    [Fact]
    public void While_a_disk_is_full_nothing_counts_as_written_and_the_trouble_says_where_and_how_many_wait()
    {
        using var outbox = Open();
        Append(outbox, 0, 20);
        Some.Until(() => outbox.Counters.Stored == 20, "the first");
        PowerCutTests.Sh($"cat /dev/zero > {Filler} 2>/dev/null; true");
        Append(outbox, 20, 200);
        Some.Until(() => outbox.Counters.CommitFailures >= 2, "the refusal", 20);
        var (written, stored) = (outbox.Counters.WrittenBytes, outbox.Counters.Stored);

        Some.Until(() => outbox.Counters.CommitFailures >= 5, "more of them", 20);

        Assert.Equal((stored, written), (outbox.Counters.Stored, outbox.Counters.WrittenBytes));
        var trouble = Assert.Single(OutboxTroubles.Find(outbox.Counters, outbox.IsInputWaiting, _disk, DateTimeOffset.UtcNow));
        Assert.Matches($@"^events cannot be written to disk: no room on {_disk} \(\d+(\.\d)? KiB free\); {200 - outbox.Counters.OnDisk} "
            + "events wait in memory, the input goes on as long as more fit$", trouble.Text);
        Assert.StartsWith("make room there", trouble.Remedy);
        Assert.True(_log.Contains($"no room on {_disk} ("));
        File.Delete(Filler);
        Some.Until(() => outbox.Counters.Stored == 200, "all on disk");
        Some.Until(() => outbox.Counters.WrittenBytes > written + 100_000, "the bytes, counted when the commit is over");
    }

    [Fact]
    public void It_starts_on_a_full_disk_and_its_store_opens_when_there_is_room()
    {
        using (var before = Open())
        {
            Append(before, 0, 20);
            Some.Until(() => before.Counters.Stored == 20, "the first");
        }
        PowerCutTests.Sh($"cat /dev/zero > {Filler} 2>/dev/null; true");
        using var outbox = Open();
        Append(outbox, 20, 40);
        Thread.Sleep(300);

        File.Delete(Filler);

        Some.Until(() => outbox.Counters.Owed == 40 && outbox.Counters.Stored == 20, "both old and new", 15);
        Drain(outbox, 40);
    }

    [Fact]
    public void Without_an_inode_left_it_starts_and_goes_on_when_there_is_one()
    {
        PowerCutTests.Sh($"for i in $(seq 20); do touch {_disk}/i$i 2>/dev/null; done; true");
        using var outbox = Open();
        Append(outbox, 0, 10);
        Assert.True(_log.Contains("cannot be opened"));

        PowerCutTests.Sh($"rm {_disk}/i*");

        Some.Until(() => outbox.Counters.Stored == 10, "all on disk", 15);
        Drain(outbox, 10);
    }

    [Theory]
    [InlineData("full", "cat /dev/zero > {0}/filler 2>/dev/null; true", "rm {0}/filler")]
    [InlineData("no inodes", "for i in $(seq 20); do touch {0}/i$i 2>/dev/null; done; true", "rm {0}/i*")]
    public void Started_on_a_disk_without_room_it_delivers_and_takes_the_disk_up_when_there_is_some(string what, string fill, string free)
    {
        if (what == "full")
        {
            using var before = Open();
            Append(before, 0, 20);
            Some.Until(() => before.Counters.Stored == 20, "the first");
        }
        var stored = what == "full" ? 20 : 0;
        PowerCutTests.Sh(string.Format(CultureInfo.InvariantCulture, fill, _disk));
        using var outbox = Open();
        Assert.True(outbox.Counters.IsDiskRefusing);
        outbox.SetLink(true);
        // Far more than fits into memory at once: each makes room when it is acknowledged.
        var sent = new List<string>();
        for (var i = 20; i < 1020; i++)
        {
            outbox.Append(Some.Entry($"{i}", bytes: 1000));
            if (i % 100 == 19) Some.Until(() => TakeAll(outbox, sent) == i - 19, $"{what}: {sent.Count} of {i - 19} delivered", 30);
        }
        Assert.Equal(Enumerable.Range(20, 1000).Select(i => $"{i}"), sent);
        Assert.True(outbox.Counters.IsDiskRefusing);
        // What is not acknowledged now comes to disk later, and is not sent twice for it.
        Append(outbox, 1020, 1040);
        var unacknowledged = new List<OutboxItem>();
        Some.Until(() =>
        {
            while (outbox.Owed.TryRead(out var item)) unacknowledged.Add(item);
            return unacknowledged.Count == 20;
        }, "offered");

        PowerCutTests.Sh(string.Format(CultureInfo.InvariantCulture, free, _disk));

        Some.Until(() => !outbox.Counters.IsDiskRefusing && outbox.Counters.Stored == 20, "the disk is taken up", 30);
        unacknowledged.ForEach(outbox.Acknowledge);
        sent.Clear();
        Some.Until(() => TakeAll(outbox, sent) == stored, $"{sent.Count} of the {stored} that were on disk", 30);
        Some.Until(() => outbox.Counters.Owed == 0, "the books");
        Assert.Equal(Enumerable.Range(0, stored).Select(i => $"{i}"), sent);
    }

    [Fact]
    public void Whatever_the_umask_nobody_else_may_read_the_store()
    {
        var before = SetMask(0);
        try
        {
            using var outbox = Open();
            Append(outbox, 0, 10);
            Some.Until(() => outbox.Counters.Stored == 10, "stored");
            foreach (var file in Directory.GetFiles(_disk))
                Assert.Equal((file, UnixFileMode.UserRead | UnixFileMode.UserWrite), (file, File.GetUnixFileMode(file)));
            Assert.True(File.Exists(Path.Combine(_disk, "outbox.db-wal")));
        }
        finally
        {
            _ = SetMask(before);
        }
    }

    private static int TakeAll(EventOutbox outbox, List<string> ids)
    {
        while (outbox.Owed.TryRead(out var item))
        {
            ids.Add(item.Entry.Id);
            outbox.Acknowledge(item);
        }
        return ids.Count;
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial int SetMask(int mask);

    [Fact]
    public void A_disk_that_turns_read_only_costs_nothing()
    {
        using var outbox = Open();
        Append(outbox, 0, 10);
        Some.Until(() => outbox.Counters.Stored == 10, "the first");
        // With files open for writing the kernel refuses to remount; a bind mount of its own is not asked.
        outbox.Dispose();
        PowerCutTests.Sh($"mount -o remount,ro {_disk}");
        using var again = Open();
        Append(again, 10, 20);
        Thread.Sleep(300);
        Assert.Equal(0, again.Counters.Stored);

        PowerCutTests.Sh($"mount -o remount,rw {_disk}");

        Some.Until(() => again.Counters.Owed == 20 && again.Counters.Stored == 10, "all on disk", 15);
        Drain(again, 20);
    }

    private EventOutbox Open()
    {
        var options = new OutboxOptions { Size = 1 << 20, Reserve = 0 };
        return new EventOutbox(
            OutboxStore.Open(Path.Combine(_disk, "outbox.db"), TimeProvider.System, _log, 256 << 10), options, TimeProvider.System, _log);
    }

    private static void Append(EventOutbox outbox, int from, int to)
    {
        for (var i = from; i < to; i++)
            outbox.Append(Some.Entry($"{i}", bytes: 1000));
    }

    private static void Drain(EventOutbox outbox, int count)
    {
        outbox.SetLink(true);
        var ids = new HashSet<string>();
        Some.Until(() =>
        {
            while (outbox.Owed.TryRead(out var entry))
            {
                ids.Add(entry.Id);
                outbox.Acknowledge(entry);
            }
            return ids.Count == count;
        }, "all delivered");
        Some.Until(() => outbox.Counters.Owed == 0, "the books");
    }
}
