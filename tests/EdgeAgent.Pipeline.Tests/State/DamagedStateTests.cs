using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.State;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>No file keeps the agent from starting, and damage costs only what it hits.</summary>
public sealed class DamagedStateTests(ITestOutputHelper output)
{
    public static TheoryData<string, byte[]?> Junk => new()
    {
        { "empty", [] },
        { "short", [1, 2, 3] },
        { "zeros", new byte[1_000_000] },
        { "text", [.. Enumerable.Repeat("not what you think\n"u8.ToArray(), 40_000).SelectMany(b => b)] },
        { "a folder", null },
    };

    [Theory]
    [MemberData(nameof(Junk))]
    public void Foreign_files_are_told_and_set_aside(string what, byte[]? content)
    {
        using var bench = Filled();
        bench.End(Ending.Kill);
        foreach (var path in new[] { bench.LiveFile, bench.DevicesFile, bench.Checkpoint })
        {
            File.Delete(path);
            if (content is not null)
                File.WriteAllBytes(path, content);
            else
                Directory.CreateDirectory(path);
        }

        bench.Start();

        Assert.True(bench.Log.Lines.Count(l => l.Contains("cannot be used")) >= (content is null ? 0 : 3),
            $"{what}: {string.Join('\n', bench.Log.Lines)}");
        Calibrates(bench);
    }

    [Fact]
    public void A_file_cut_anywhere_costs_only_what_is_cut_off()
    {
        using var bench = Filled();
        bench.End(Ending.Kill);
        var whole = File.ReadAllBytes(bench.DevicesFile);
        var known = new HashSet<int>();
        var slots = SlotFile.HeadBytes;
        foreach (var length in Enumerable.Range(0, 20).Select(i => slots + i * 700).Concat([whole.Length, slots - 1, 100, 1]))
        {
            File.WriteAllBytes(bench.DevicesFile, whole[..length]);
            foreach (var other in Directory.GetFiles(bench.Options.RuntimeFolder, "*.damaged")) File.Delete(other);
            bench.Start();
            known.Add(bench.State.Files.Sum(f => f.Slots().Length));
            bench.End(Ending.Kill);
        }
        Assert.Equal(3, known.Max());
        Assert.Contains(0, known);
        Assert.True(known.Count > 2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bytes_changed_at_random_never_keep_it_from_starting_and_judging(bool isLive)
    {
        var random = new Random(Seed.Take(output));
        using var bench = Filled();
        bench.End(isLive ? Ending.Kill : Ending.StopAndPowerOff);
        var path = isLive ? bench.DevicesFile : bench.Checkpoint;
        var whole = File.ReadAllBytes(path);
        // The head and the slots, not the wide empty stretch between.
        var used = Enumerable.Range(0, whole.Length).Where(i => whole[i] != 0).ToArray();
        for (var round = 0; round < 60; round++)
        {
            var damaged = whole.ToArray();
            for (var i = 0; i < 1 + round % 20; i++)
                damaged[used[random.Next(used.Length)]] = (byte)random.Next(256);
            File.WriteAllBytes(path, damaged);
            bench.Start();
            for (var second = 1000; second < 1050; second++)
                foreach (var device in new[] { "pump-1", "pump-2", "pump-3" })
                    bench.Send(device, second + round * 100, second % 2, 0);
            bench.Flush();
            bench.End(isLive ? Ending.Kill : Ending.StopAndPowerOff);
        }
        Assert.NotEmpty(bench.Scores);
    }

    [Fact]
    public void A_time_that_is_none_makes_the_device_calibrate_anew()
    {
        using var bench = Filled();
        var track = Some.Track(bench.Device("pump-1")).Detectors[0];
        track.CalibratedTicks = long.MaxValue;
        ((TrackSlot)track.Slot!).Commit(track, Some.Track(bench.Device("pump-1")).Clock.Snapshot, DateTime.UtcNow.Ticks);
        bench.Restart(Ending.Kill);
        for (var i = 50; i < 60; i++) bench.Send("pump-1", i, 99);
        bench.Flush();
        Assert.Single(bench.Log.Lines, l => l.Contains("pump-1 calibrates anew"));
        Assert.Empty(bench.Events);
    }

    [Fact]
    public void A_damaged_device_in_a_checkpoint_costs_only_itself()
    {
        using var bench = Filled();
        bench.End(Ending.StopAndPowerOff);
        var bytes = File.ReadAllBytes(bench.Checkpoint);
        var at = bytes.AsSpan().IndexOf("pump-2"u8);
        bytes[at + 200] ^= 1;
        File.WriteAllBytes(bench.Checkpoint, bytes);

        List<string> devices = [];
        var content = CheckpointFile.Read(bench.Checkpoint, (image, _) => devices.Add(image.Device));
        Assert.Equal(["pump-1", "pump-3"], devices.Order());
        Assert.Equal(1, content.Damaged);
        bench.Start();
        Assert.Single(bench.Log.Lines, l => l.Contains("1 devices could not be read"));
    }

    [Fact]
    public void Folders_that_cannot_be_written_cost_only_what_they_would_have_kept()
    {
        using var bench = Filled();
        bench.End(Ending.Kill);
        Directory.Delete(bench.Options.RuntimeFolder, recursive: true);
        File.WriteAllText(bench.Options.RuntimeFolder, "a file where the folder should be");
        bench.Start();
        var chosen = Path.GetDirectoryName(bench.State.Files[0].Path)!;
        Assert.Single(bench.Log.Lines, l => l.Contains($"{chosen} is used instead"));
        Calibrates(bench);
        bench.End(Ending.Kill);
        if (chosen != bench.Options.StateFolder) Directory.Delete(chosen, recursive: true);
    }

    [Fact]
    public void A_live_file_of_another_boot_is_left_to_the_checkpoint()
    {
        using var bench = Filled();
        bench.End(Ending.Kill);
        var bytes = File.ReadAllBytes(bench.DevicesFile);
        var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        bytes[bytes.AsSpan().IndexOf(Some.Utf8(boot))] ^= 1;
        File.WriteAllBytes(bench.DevicesFile, bytes);
        bench.Start();
        Assert.Single(bench.Log.Lines, l => l.Contains("of another boot"));
        Assert.Empty(bench.State.Files[0].Slots());
    }

    [Fact]
    public async Task A_slot_copied_while_it_is_written_is_always_one_whole_commit()
    {
        using var bench = new StateBench();
        for (var i = 0; i < 31; i++) bench.Send("pump", i, i, i);
        bench.Flush();
        var file = bench.State.Files[0].Devices;
        var slot = file.Slots()[0];
        using var end = new CancellationTokenSource();
        var copies = 0;
        var copier = Task.Run(() =>
        {
            var buffer = Array.Empty<byte>();
            while (!end.IsCancellationRequested)
            {
                var image = SlotImage.Parse(file.Copy(slot, ref buffer));
                Assert.NotNull(image);
                // Each reading says its second in both channels, so all of an image must tell of the same one.
                var last = image.Rows[^1];
                Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_767_225_600 + (long)last).Ticks, image.HotHead.LastTicks);
                Assert.Equal(image.HotHead.LastTicks, image.HotHead.Clock.Latest);
                for (var row = 0; row < image.Head.RowCount; row++)
                    Assert.Equal(
                        (last - image.Head.RowCount + row + 1, image.Rows[2 * row]), (image.Rows[2 * row], image.Rows[2 * row + 1]));
                Interlocked.Increment(ref copies);
            }
        });
        // A busy machine may let the other thread wait for a while; the readings are floats, exact up to 16 million.
        for (var i = 31; i < 16_000_000 && (i < 60_000 || Volatile.Read(ref copies) <= 100) && !copier.IsCompleted; i++)
        {
            bench.Send("pump", i, i, i);
            if (i % 7 == 0 || i % 100 > 90) bench.Flush();
        }
        await end.CancelAsync();
        await copier;
        Assert.True(copies > 100, $"{copies} copies");
    }

    [Fact]
    public void A_bit_flipped_anywhere_costs_its_device_at_the_most_and_falsifies_nothing()
    {
        var random = new Random(Seed.Take(output));
        using var bench = Filled();
        bench.End(Ending.Kill);
        var whole = File.ReadAllBytes(bench.DevicesFile);
        var expected = Continued(bench);
        Assert.Equal(3 * 10, expected.Count);
        var slots = SlotFile.HeadBytes;
        var used = Enumerable.Range(slots, whole.Length - slots).Where(i => whole[i] != 0).ToArray();
        var lost = 0;
        for (var round = 0; round < 300; round++)
        {
            var at = used[random.Next(used.Length)];
            var damaged = whole.ToArray();
            damaged[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(bench.DevicesFile, damaged);
            var scores = Continued(bench);
            // A device whose state is set aside calibrates, and is not judged within these readings.
            Assert.True(scores.IsSubsetOf(expected), $"byte {at}: {string.Join(", ", scores.Except(expected))}");
            Assert.InRange(scores.Count, 2 * 10, 3 * 10);
            lost += scores.Count < expected.Count ? 1 : 0;
        }
        Assert.InRange(lost, 100, 300);
    }

    [Fact]
    public void Whatever_a_slot_holds_the_lane_goes_on()
    {
        var random = new Random(Seed.Take(output));
        using var bench = Filled();
        var buffer = Array.Empty<byte>();
        var whole = bench.State.Files[0].Slots()[0].Copy(ref buffer).ToArray();
        var head = MemoryMarshal.Read<ImageHead>(whole);
        var parts = SlotImage.HeadBytes + head.DetectorBytes + head.DeviceBytes;
        var (told, taken) = (0, 0);
        for (var round = 0; round < 1500; round++)
        {
            var bytes = whole.ToArray();
            for (var i = 0; i <= round % 6; i++)
            {
                var at = parts + random.Next(bytes.Length - parts);
                if (random.Next(2) == 0) bytes[at] ^= (byte)(1 << random.Next(8));
                else Extreme(random).CopyTo(bytes.AsSpan(Math.Min(at / 4 * 4, bytes.Length - 4)));
            }
            // Written wrongly, not damaged: all sums hold.
            Reseal(bytes.AsSpan(parts), head);
            bench.End(Ending.Kill);
            File.Delete(bench.DevicesFile);
            bench.Log.Lines.Clear();
            bench.Start();
            bench.State.Lanes[0].Keep(SlotImage.Parse(bytes)!);
            for (var i = 0; i < 60; i++) bench.Send("pump-1", 1000 + i, i is > 40 and < 50 ? 40 : i % 2);
            bench.Flush();
            if (bench.Log.Lines.Any(l => l.Contains("calibrates anew") || l.Contains("keeps its calibration"))) told++;
            else taken++;
        }
        output.WriteLine($"{told} set aside, {taken} taken over");
        Assert.True(told > 100 && taken > 100, $"{told} set aside, {taken} taken over");
        Assert.DoesNotContain(bench.Events, e => e.Contains("null", StringComparison.Ordinal));
    }

    /// <summary>Numbers that no reading leaves behind, and such as look like any.</summary>
    private static byte[] Extreme(Random random) => random.Next(6) switch
    {
        0 => BitConverter.GetBytes(float.NaN),
        1 => BitConverter.GetBytes(float.NegativeInfinity),
        2 => BitConverter.GetBytes(int.MaxValue),
        3 => BitConverter.GetBytes(-1),
        4 => BitConverter.GetBytes(0),
        _ => BitConverter.GetBytes(random.Next()),
    };

    private static void Reseal(Span<byte> parts, in ImageHead head)
    {
        var hot = parts[..head.HotBytes];
        var cold = parts.Slice(head.HotBytes, head.ColdBytes);
        var rows = parts[(head.HotBytes + head.ColdBytes)..];
        var sum = 0u;
        for (; !rows.IsEmpty; rows = rows[head.Shape.RowBytes..]) sum += CheckSum.Of(rows[..head.Shape.RowBytes]);
        var hotHead = MemoryMarshal.Read<HotHead>(hot) with
        {
            ColdSum = CheckSum.Of(cold), RowsSum = sum, RowCount = head.RowCount, RowsEnd = head.RowCount,
        };
        MemoryMarshal.Write(hot, hotHead);
        TrackCodec.Seal(hot);
    }

    /// <summary>What ten more readings of each device are judged as after a start.</summary>
    private static HashSet<string> Continued(StateBench bench)
    {
        bench.Scores.Clear();
        bench.Start();
        for (var i = 50; i < 60; i++)
            foreach (var device in new[] { "pump-1", "pump-2", "pump-3" })
                bench.Send(device, i, i % 2 + 0.25);
        bench.Flush();
        bench.End(Ending.Kill);
        return [.. bench.Scores];
    }

    private static StateBench Filled()
    {
        var bench = new StateBench();
        for (var i = 0; i < 50; i++)
            foreach (var device in new[] { "pump-1", "pump-2", "pump-3" })
                bench.Send(device, i, i % 2);
        bench.Flush();
        return bench;
    }

    private static void Calibrates(StateBench bench)
    {
        var before = bench.Scores.Count;
        for (var i = 0; i < 40; i++) bench.Send("pump-9", i, i % 2);
        bench.Flush();
        Assert.Equal(before + 10, bench.Scores.Count);
    }
}
