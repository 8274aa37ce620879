using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.State;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>What a device of the bundle for any one channel has learned survives, wherever the agent ends.</summary>
public sealed class OwnNormalStateTests
{
    private static readonly string Folder = Repository.File("models/single-channel");

    [Theory]
    [InlineData(Ending.Kill, 40)]
    [InlineData(Ending.Kill, 150)]
    [InlineData(Ending.Kill, 311)]
    [InlineData(Ending.Kill, 498)]
    [InlineData(Ending.Kill, 700)]
    [InlineData(Ending.Kill, 1_300)]
    [InlineData(Ending.Kill, 2_100)]
    [InlineData(Ending.StopAndPowerOff, 40)]
    [InlineData(Ending.StopAndPowerOff, 311)]
    [InlineData(Ending.StopAndPowerOff, 1_300)]
    public void Ended_at_any_time_the_device_is_judged_as_if_the_agent_had_run_on(Ending ending, int at)
    {
        using var whole = Bench(isKept: false);
        using var ended = Bench(isKept: true);
        Play(whole, -1, () => { });
        Play(ended, at, () => ended.Restart(ending));

        Assert.True(whole.Scores.Count > 2_000);
        Assert.Contains(whole.Events, e => e.Contains("adopted", StringComparison.Ordinal));
        Assert.Equal(whole.Scores, ended.Scores);
        Assert.Equal(whole.Events, ended.Events);
    }

    [Theory]
    [InlineData(Ending.Kill, 1_700)]
    [InlineData(Ending.Kill, 3_300)]
    [InlineData(Ending.StopAndPowerOff, 2_100)]
    public void How_much_higher_its_threshold_is_for_events_that_came_too_often_survives(Ending ending, int at)
    {
        var promise = new ManifestPromise { EventsADay = 50, Raise = 0.1f, Limit = 0.9f };
        using var whole = Bench(isKept: false, promise);
        using var ended = Bench(isKept: true, promise);
        using var without = Bench(isKept: false);
        foreach (var bench in new[] { whole, ended, without })
            Play(bench, bench == ended ? at : -1, () => ended.Restart(ending), readings: 4_000, bursts: true);

        Assert.InRange(Track(whole).EventRate.Factor, 1.1f, 1.9f);
        Assert.Equal(Track(whole).EventRate.Factor, Track(ended).EventRate.Factor);
        Assert.Equal(whole.Scores, ended.Scores);
        Assert.Equal(whole.Events, ended.Events);
        Assert.NotEqual(without.Scores, whole.Scores);
    }

    [Fact]
    public void State_of_form_5_goes_on_without_what_was_not_kept_then()
    {
        using var bench = Bench(isKept: true);
        Play(bench, -1, () => { }, readings: 1_200);
        var track = Track(bench);
        var (mean, one, scores) = (track.Calibration.Means[0], track.Threshold!.One, bench.Scores.Count);
        var buffer = Array.Empty<byte>();
        var old = OfForm5(bench.State.Files[0].Slots()[0].Copy(ref buffer).ToArray(), track);
        bench.End(Ending.Kill);
        File.Delete(bench.DevicesFile);
        bench.Start();
        bench.State.Lanes[0].Keep(old);

        bench.Send("pump", 1_200, 22);
        bench.Flush();

        Assert.Equal(scores + 1, bench.Scores.Count);
        Assert.Equal((mean, one), (Track(bench).Calibration.Means[0], Track(bench).Threshold!.One));
        Assert.True(Track(bench).Decision.IsOpen);
        Assert.Equal(
            track.Lasting!.SavedBytes + EventRate.SavedBytes, TrackCodec.HotBytes(track) - TrackCodec.HotBytes(track, 5));
    }

    [Fact]
    public void State_of_form_6_goes_on_with_all_but_how_often_events_came()
    {
        using var bench = Bench(isKept: true);
        Play(bench, -1, () => { }, readings: 1_200);
        var track = Track(bench);
        var (scores, bound) = (bench.Scores.Count, track.Lasting!.Bound);
        var buffer = Array.Empty<byte>();
        var old = OfForm6(bench.State.Files[0].Slots()[0].Copy(ref buffer).ToArray(), track);
        bench.End(Ending.Kill);
        File.Delete(bench.DevicesFile);
        bench.Start();
        bench.State.Lanes[0].Keep(old);

        bench.Send("pump", 1_200, 22);
        bench.Flush();

        Assert.Equal(scores + 1, bench.Scores.Count);
        Assert.Equal((bound, true), (Track(bench).Lasting!.Bound, Track(bench).Decision.IsOpen));
    }

    private static DetectorTrack Track(StateBench bench) => Some.Track(bench.Device("pump")).Detectors[0];

    private static SlotImage OfForm5(byte[] bytes, DetectorTrack track)
    {
        var head = MemoryMarshal.Read<ImageHead>(bytes);
        var hot = SlotImage.HeadBytes + head.DetectorBytes + head.DeviceBytes;
        var (cold, block) = (hot + head.HotBytes, ChannelBlock.SavedBytes(track.Calibration.Floors.Length));
        var lasting = hot + TrackCodec.HeadBytes + 2 * sizeof(float) + track.Renewal!.SavedCurrentBytes;
        // All readings of the open event lie before what was remembered from before it.
        var all = cold + track.Calibration.SavedBytes + track.Renewal.SavedBlocksBytes(adopts: true, withAll: false) - block;
        var newer = track.Lasting!.SavedBytes + EventRate.SavedBytes;
        byte[] older = [.. bytes[..lasting], .. bytes[(lasting + newer)..all], .. bytes[(all + block)..]];
        return Sealed(older, head with { Form = 5, HotBytes = head.HotBytes - newer, ColdBytes = head.ColdBytes - block });
    }

    private static SlotImage OfForm6(byte[] bytes, DetectorTrack track)
    {
        var head = MemoryMarshal.Read<ImageHead>(bytes);
        var rate = SlotImage.HeadBytes + head.DetectorBytes + head.DeviceBytes + TrackCodec.HeadBytes + 2 * sizeof(float)
            + track.Renewal!.SavedCurrentBytes + track.Lasting!.SavedBytes;
        byte[] older = [.. bytes[..rate], .. bytes[(rate + EventRate.SavedBytes)..]];
        return Sealed(older, head with { Form = 6, HotBytes = head.HotBytes - EventRate.SavedBytes });
    }

    private static SlotImage Sealed(byte[] older, ImageHead head)
    {
        var hot = SlotImage.HeadBytes + head.DetectorBytes + head.DeviceBytes;
        MemoryMarshal.Write(older, head);
        var hotHead = MemoryMarshal.Read<HotHead>(older.AsSpan(hot)) with
        {
            ColdSum = CheckSum.Of(older.AsSpan(hot + head.HotBytes, head.ColdBytes)),
        };
        MemoryMarshal.Write(older.AsSpan(hot), hotHead);
        TrackCodec.Seal(older.AsSpan(hot, head.HotBytes));
        return SlotImage.Parse(older)!;
    }

    private static StateBench Bench(bool isKept, ManifestPromise? promise = null)
    {
        var manifest = ModelBundle.Load(Folder).Manifest;
        manifest.Decision.Promise = promise;
        var model = File.ReadAllBytes(Path.Combine(Folder, manifest.Model));
        return new StateBench(manifest, d => d.Channel = "a", isKept: isKept, model: model);
    }

    /// <summary>It calibrates on uneven readings, drifts, and changes its place and its unrest for good at reading 1,000.</summary>
    private static void Play(StateBench bench, int at, Action end, int readings = 2_400, bool bursts = false)
    {
        var random = new Random(12);
        for (var i = 0; i < readings; i++)
        {
            if (i == at)
            {
                bench.Flush();
                end();
            }
            var unrest = (i < 1_000 || bursts ? 0.1 : 3) * random.NextDouble();
            if (bursts)
            {
                bench.Send("pump", i, 20 + unrest + (i > 600 && i % 500 < 60 ? 1 : 0));
                continue;
            }
            bench.Send("pump", i, 20 + 0.0001 * i + unrest + (i is > 300 and < 320 ? 0.05 : i >= 1_000 ? 2 : 0));
        }
        bench.Flush();
    }
}
