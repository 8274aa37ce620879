using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.State;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>However often the agent is ended and started, its devices go on as if nothing had been.</summary>
public sealed class WarmStateTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Ending.Kill, 1)]
    [InlineData(Ending.Kill, 3)]
    [InlineData(Ending.StopAndPowerOff, 1)]
    [InlineData(Ending.StopAndPowerOff, 3)]
    public void Ended_and_started_at_any_time_the_same_readings_give_the_same_events_and_scores(Ending ending, int lanesLimit)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        using var whole = new StateBench(isKept: false);
        using var ended = new StateBench();
        var moments = new Random(seed + 1);
        Play(whole, seed, () => { });
        Play(ended, seed, () =>
        {
            if (moments.Next(6) == 0) ended.Restart(ending, moments.Next(lanesLimit) + 1);
        });
        Assert.Contains(whole.Events, e => e.Contains("\"closedBecause\":\"adopted\"", StringComparison.Ordinal));
        Assert.Contains(whole.Events, e => e.Contains("\"rule\":\"high\"", StringComparison.Ordinal));
        Assert.InRange(whole.Events.Count, 30, 100_000);
        Assert.Equal(whole.Scores.Order(StringComparer.Ordinal), ended.Scores.Order(StringComparer.Ordinal));
        Assert.Equal(whole.Events.Order(StringComparer.Ordinal), ended.Events.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(Ending.Kill)]
    [InlineData(Ending.StopAndPowerOff)]
    public void A_device_that_is_judged_provisionally_goes_on_learning_where_it_was(Ending ending)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var usual = StateBench.Manifest();
        var manifest = usual with
        {
            Calibration = usual.Calibration with { Readings = 400, Provisional = 10 },
            Window = new ManifestWindow { Length = 40, Gap = TimeSpan.FromSeconds(60) },
            Input = new ManifestInput { Layout = "features", Features = [new ManifestFeature { Over = 40 }] },
        };
        using var whole = new StateBench(manifest, isKept: false);
        using var ended = new StateBench(manifest);
        var moments = new Random(seed + 1);
        Play(whole, seed, () => { });
        Play(ended, seed, () =>
        {
            if (moments.Next(6) == 0) ended.Restart(ending);
        });
        Assert.Contains(whole.Events, e => e.Contains("\"state\":\"provisional\"", StringComparison.Ordinal));
        Assert.Contains(whole.Events, e => e.Contains("\"state\":\"steady\"", StringComparison.Ordinal));
        Assert.Equal(whole.Scores.Order(StringComparer.Ordinal), ended.Scores.Order(StringComparer.Ordinal));
        Assert.Equal(whole.Events.Order(StringComparer.Ordinal), ended.Events.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(Ending.Kill)]
    [InlineData(Ending.StopAndPowerOff)]
    public void The_channel_that_a_device_left_to_choose_is_kept_and_named_in_events(Ending ending)
    {
        using var bench = new StateBench(StateBench.Manifest() with { Channels = [new ManifestChannel { Name = "*", Floor = 0.01f }] });
        for (var i = 0; i < 60; i++) bench.SendJson("pump", i, i < 50 ? $$"""{"torque": {{i % 2}}}""" : """{"torque": 50}""");
        bench.Flush();
        Assert.Contains("\"name\":\"torque\"", Assert.Single(bench.Events));

        bench.Restart(ending);
        var before = bench.Scores.Count;
        for (var i = 60; i < 80; i++) bench.SendJson("pump", i, $$"""{"speed": 77, "torque": {{i % 2}}}""");
        bench.Flush();

        Assert.Equal(before + 20, bench.Scores.Count);
        var closed = bench.Events[^1];
        Assert.Contains("anomaly.closed", closed);
        Assert.Contains("\"name\":\"torque\"", closed);
        Assert.Contains("\"torque.mean5\":", closed);
        Assert.Equal("torque", CalibrationView.Of(Some.Track(bench.Device("pump")).Detectors[0]).Channels[0].Name);
        Assert.DoesNotContain(bench.Log.Lines, l => l.Contains("calibrates anew", StringComparison.Ordinal));
    }

    [Fact]
    public void State_of_the_version_before_gives_its_calibration()
    {
        using var bench = new StateBench();
        for (var i = 0; i < 50; i++) bench.Send("pump", i, i % 2, 5);
        bench.Flush();
        var slot = bench.State.Files[0].Slots()[0];
        var buffer = Array.Empty<byte>();
        var bytes = slot.Copy(ref buffer).ToArray();
        var head = MemoryMarshal.Read<ImageHead>(bytes);
        var mean = Some.Track(bench.Device("pump")).Detectors[0].Calibration.Means[1];
        bench.End(Ending.Kill);
        // It had no check sums, and of the peak less.
        var names = SlotImage.HeadBytes + head.DetectorBytes + head.DeviceBytes;
        var (cold, less) = (names + head.HotBytes, 12);
        head = head with { Form = 0, ColdBytes = head.ColdBytes - less };
        MemoryMarshal.Write(bytes, head);
        var old = SlotImage.Parse([.. bytes[..(cold + head.ColdBytes)], .. bytes[(cold + head.ColdBytes + less)..]])!;
        File.Delete(bench.DevicesFile);
        bench.Start();
        bench.State.Lanes[0].Keep(old);

        bench.Send("pump", 60, 0.5, 5);
        bench.Flush();

        Assert.Single(bench.Log.Lines, l => l.Contains("pump keeps its calibration", StringComparison.Ordinal));
        Assert.Equal(mean, Some.Track(bench.Device("pump")).Detectors[0].Calibration.Means[1]);
    }

    [Fact]
    public void What_was_committed_is_a_duplicate_when_the_broker_repeats_it()
    {
        using var bench = new StateBench();
        for (var i = 0; i < 50; i++) bench.Send("pump", i, i % 2);
        bench.Flush();
        var scores = bench.Scores.Count;
        bench.Restart(Ending.Kill);
        for (var i = 40; i < 52; i++) bench.Send("pump", i, i % 2, redelivered: true);
        bench.Flush();
        Assert.Equal(10, bench.Lanes[0].Counters.FilteredDuplicate);
        Assert.Equal(scores + 2, bench.Scores.Count);
    }

    [Fact]
    public void Devices_that_are_silent_when_it_starts_are_not_forgotten()
    {
        using var bench = new StateBench();
        for (var i = 0; i < 50; i++) bench.Send("pump", i, i % 2);
        bench.Flush();
        bench.Restart(Ending.Kill);
        bench.Restart(Ending.StopAndPowerOff, 2);
        bench.Restart(Ending.Kill, 3);
        bench.Send("pump", 50, 0);
        bench.Flush();
        Assert.Single(bench.Scores, s => s.StartsWith("pump", StringComparison.Ordinal) && s.Contains(Ticks(50), StringComparison.Ordinal));
    }

    [Fact]
    public void Another_model_keeps_the_calibration_and_fills_its_window_again()
    {
        using var bench = new StateBench();
        for (var i = 0; i < 50; i++) bench.Send("pump", i, i % 2);
        bench.Flush();
        var (before, scores) = (View(bench), bench.Scores.Count);
        var commits = ((TrackSlot)Some.Track(bench.Device("pump")).Detectors[0].Slot!).Commits;
        using var other = new StateBench(StateBench.Manifest() with { Version = "2.0.0", Window = new ManifestWindow { Length = 6 } });
        bench.End(Ending.Kill);
        other.End(Ending.Kill);
        File.Copy(bench.DevicesFile, other.DevicesFile, overwrite: true);
        other.Start();
        for (var i = 50; i < 56; i++) other.Send("pump", i, i % 2);
        other.Flush();
        Assert.Single(other.Scores);
        Assert.Equal((before.Channels[0], before.Renewals), (View(other).Channels[0], View(other).Renewals));
        Assert.Contains(other.Log.Lines, l => l.Contains("keeps its calibration"));
        Assert.True(((TrackSlot)Some.Track(other.Device("pump")).Detectors[0].Slot!).Commits > commits);
        Assert.True(scores > 0);
    }

    [Fact]
    public void A_reset_of_the_calibration_is_kept()
    {
        using var bench = new StateBench();
        for (var i = 0; i < 50; i++) bench.Send("pump", i, i % 2);
        bench.Flush();
        foreach (var detector in Some.Track(bench.Device("pump")).Detectors)
            bench.Lanes[0].ResetCalibration(detector);
        bench.Restart(Ending.Kill);
        bench.Send("pump", 50, 0);
        bench.Flush();
        Assert.Equal(("learning", 1), (View(bench).State, View(bench).Readings));
    }

    [Fact]
    public void A_device_that_was_not_heard_of_for_long_is_forgotten_and_one_of_1970_is_not()
    {
        using var bench = new StateBench();
        foreach (var (device, heard) in new[] { ("old", DateTime.UtcNow.AddDays(-31)),
            ("unset", DateTime.UnixEpoch), ("new", DateTime.UtcNow.AddDays(-29)) })
        {
            bench.Send(device, 1, 1);
            bench.Flush();
            ((TrackSlot)Some.Track(bench.Device(device)).Detectors[0].Slot!)
                .Commit(Some.Track(bench.Device(device)).Detectors[0], Some.Track(bench.Device(device)).Clock.Snapshot, heard.Ticks);
        }
        bench.Restart(Ending.Kill);
        Assert.Equal(2, bench.State.Files[0].Slots().Length);
    }

    [Fact]
    public void Other_calibration_settings_begin_anew()
    {
        using var bench = new StateBench();
        for (var i = 0; i < 50; i++) bench.Send("pump", i, i % 2);
        bench.Flush();
        using var other = new StateBench(StateBench.Manifest() with { Calibration = new ManifestCalibration { Readings = 10 } });
        bench.End(Ending.Kill);
        other.End(Ending.Kill);
        File.Copy(bench.DevicesFile, other.DevicesFile, overwrite: true);
        other.Start();
        for (var i = 50; i < 59; i++) other.Send("pump", i, i % 2);
        other.Flush();
        Assert.Equal(("learning", 9), (View(other).State, View(other).Readings));
        Assert.Contains(other.Log.Lines, l => l.Contains("calibrates anew"));
    }

    [Fact]
    public void After_a_power_cut_an_open_anomaly_goes_on_under_numbers_that_were_not_used()
    {
        using var bench = new StateBench(change: d => d.UpdateEvery = TimeSpan.FromSeconds(5));
        for (var i = 0; i < 45; i++) bench.Send("pump", i, i < 40 ? i % 2 : 25);
        bench.Flush();
        Assert.Single(bench.Events);
        // Checkpoints are asked for by calibrations; this one stands in for the one that was under way when the power went.
        EdgeAgent.Pipeline.State.CheckpointFile.Write(bench.Checkpoint, bench.State.Files, isOrderly: false);
        for (var i = 45; i < 60; i++) bench.Send("pump", i, 25);
        bench.Flush();
        var told = Ids(bench).Count;
        bench.End(Ending.Kill);
        Directory.Delete(bench.Options.RuntimeFolder, recursive: true);
        bench.Start();
        for (var i = 60; i < 75; i++) bench.Send("pump", i, i % 2);
        bench.Flush();

        Assert.Equal(Ids(bench).Count, Ids(bench).Distinct().Count());
        Assert.Single(Ids(bench).Select(id => id.Split('-')[0]).Distinct());
        Assert.True(Ids(bench).Count > told);
        Assert.Contains("anomaly.closed", bench.Events[^1], StringComparison.Ordinal);

        static List<string> Ids(StateBench bench) => [.. bench.Events.Select(e => e.Split("\"id\":\"")[1].Split('"')[0])];
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void What_was_pending_at_a_checkpoint_counts_only_while_the_live_files_may_lack_it(bool areAllKept, int expected)
    {
        using var bench = new StateBench();
        bench.End(Ending.Kill);
        bench.Start(areAllKept: areAllKept);
        var pending = new PendingEvents(bench.State.Files[0].Pending, LaneFile.PendingBytes, bench.Log);
        bench.State.Files[0].PendingUsed = () => pending.UsedBytes;
        var entry = Some.Entry("a");
        pending.Keep(entry);
        EdgeAgent.Pipeline.State.CheckpointFile.Write(bench.Checkpoint, bench.State.Files, isOrderly: false);
        // Delivered meanwhile, which the checkpoint does not know.
        pending.Free(entry);
        bench.End(Ending.Kill);
        bench.Start();
        Assert.Equal(expected, bench.State.PendingBefore.Sum(p => PendingEvents.Read(p).Count));
    }

    [Fact]
    public void A_checkpoint_without_live_files_gives_back_what_was_pending()
    {
        using var bench = new StateBench();
        bench.End(Ending.Kill);
        bench.Start(areAllKept: true);
        var pending = new PendingEvents(bench.State.Files[0].Pending, LaneFile.PendingBytes, bench.Log);
        bench.State.Files[0].PendingUsed = () => pending.UsedBytes;
        pending.Keep(Some.Entry("a"));
        bench.Restart(Ending.StopAndPowerOff);
        Assert.Equal("a", Assert.Single(bench.State.PendingBefore.SelectMany(p => PendingEvents.Read(p))).Id);
    }

    [Fact]
    public void Committing_allocates_nothing()
    {
        using var bench = new StateBench(TestData.TinyBundle.Sum("a"));
        byte[][] payloads = [.. Enumerable.Range(0, 4000).Select(i => Some.Utf8($$$"""{"ts": {{{1_767_225_600 + i}}}, "values": {"a": 0.25}}"""))];
        bench.Scores.EnsureCapacity(5000);
        using var lane = bench.LaneWithoutObserver();
        var feed = new LaneFeed(bench.Options.Sources[0], [lane], bench.Log);
        Play(0, 2000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Play(2000, 4000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(((TrackSlot)Some.Track(feed.Device("pump")).Detectors[0].Slot!).Commits >= 40);

        void Play(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                feed.Send("pump"u8, payloads[i], DateTime.UtcNow.Ticks);
                if (i % 100 == 99) feed.HandOver();
            }
        }
    }

    private static CalibrationView View(StateBench bench) => CalibrationView.Of(Some.Track(bench.Device("pump")).Detectors[0]);

    private static string Ticks(long second) => $" {DateTimeOffset.FromUnixTimeSeconds(1_767_225_600 + second).Ticks} ";

    /// <summary>
    /// Five pumps that drift, change their level for good, fail, pause and set their clocks back, in batches of any size.
    /// </summary>
    private static void Play(StateBench bench, int seed, Action betweenBatches)
    {
        var random = new Random(seed);
        var (second, left) = (0L, 0);
        for (var i = 0; i < 6000; i++)
        {
            second++;
            if (random.Next(300) == 0)
            {
                second += 100;
                bench.Wait(100);
            }
            if (random.Next(900) == 0) second -= 5000;
            var level = i * 0.0002 + i / 3000 * 8 + (i % 500 < 60 ? 4 : 0);
            if (i % 700 < 25) level += 40;
            bench.Send($"pump-{random.Next(5)}", second, random.NextDouble() + level, random.NextDouble());
            if (left-- > 0) continue;
            bench.Flush();
            betweenBatches();
            left = random.Next(3) switch { 0 => 0, 1 => random.Next(10), _ => random.Next(100) };
        }
        bench.Flush();
    }
}
