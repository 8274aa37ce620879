using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.State;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>The operating states that a device has been in survive, wherever the agent ends.</summary>
public sealed class KnownStatesStateTests
{
    [Theory]
    [InlineData(Ending.Kill, 25)]
    [InlineData(Ending.Kill, 500)]
    [InlineData(Ending.Kill, 1_010)]
    [InlineData(Ending.StopAndPowerOff, 1_003)]
    public void Ended_at_any_time_the_device_is_judged_as_if_the_agent_had_run_on(Ending ending, int at)
    {
        using var whole = new StateBench(Manifest(states: 6), isKept: false);
        using var ended = new StateBench(Manifest(states: 6));
        Play(whole, 1_100);
        Play(ended, 1_100, at, () => ended.Restart(ending));

        Assert.Contains(whole.Events, e => e.Contains("\"known\"", StringComparison.Ordinal));
        Assert.Equal(whole.Scores, ended.Scores);
        Assert.Equal(whole.Events, ended.Events);
    }

    [Fact]
    public void State_of_form_6_goes_on_with_what_was_learned_and_knows_no_states_yet()
    {
        using var bench = new StateBench(Manifest(states: 6));
        Play(bench, 900);
        var track = Track(bench);
        var (mean, known) = (track.Calibration.Means[0], track.Renewal!.States!.Count);
        var buffer = Array.Empty<byte>();
        var old = OfForm6(bench.State.Files[0].Slots()[0].Copy(ref buffer).ToArray(), track);
        bench.End(Ending.Kill);
        File.Delete(bench.DevicesFile);
        bench.Start();
        bench.State.Lanes[0].Keep(old);
        bench.Send("pump", 900, -18);
        bench.Flush();

        Assert.True(known > 3);
        Assert.Equal(mean, Track(bench).Calibration.Means[0]);
        Assert.Equal(0, Track(bench).Renewal!.States!.Count);
    }

    [Fact]
    public void A_model_that_begins_to_keep_states_is_the_same_to_its_devices()
    {
        using var bench = new StateBench(Manifest(states: 6));
        using var other = new StateBench(Manifest(states: 0));
        Play(bench, 40);
        Play(other, 40);
        var (with, without) = (Track(bench).Detector.Identity, Track(other).Detector.Identity);
        Assert.Equal(with.Model, without.Model);
        Assert.Equal(with.Calibration, without.Calibration);
    }

    /// <summary>As from pump-health 1.0.0 to 1.1.0, which is another model, or in a manifest that somebody changed.</summary>
    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(1, 0, false)]
    [InlineData(4, 2, false)]
    [InlineData(1, 3, false)]
    [InlineData(0, 1, true)]
    [InlineData(1, 0, true)]
    public void A_model_that_begins_or_ends_to_keep_states_goes_on_with_what_its_devices_have_learned(int before, int now, bool isOther)
    {
        using var from = PumpHealth(before, "1.0.0");
        using var to = PumpHealth(now, isOther ? "1.1.0" : "1.0.0");
        PlayPump(from, 0, 600);
        var buffer = Array.Empty<byte>();
        to.State.Lanes[0].Keep(SlotImage.Parse(from.State.Files[0].Slots()[0].Copy(ref buffer).ToArray())!);
        var judged = from.Scores.Count;
        foreach (var bench in new[] { from, to })
            PlayPump(bench, 600, 601);

        Assert.True(Track(to).Calibration.IsComplete);
        Assert.Equal(Track(from).Calibration.Means.ToArray(), Track(to).Calibration.Means.ToArray());
        Assert.Equal(Math.Min(Track(from).Renewal!.States?.Count ?? 0, now), Track(to).Renewal!.States?.Count ?? 0);
        // The window of another model fills again.
        Assert.Equal(isOther ? [] : from.Scores.Skip(judged), to.Scores);
        Assert.True(isOther || to.Scores.Count > 0);
    }

    private static StateBench PumpHealth(int states, string version)
    {
        var folder = Repository.File("models/pump-health");
        var manifest = ModelBundle.Load(folder).Manifest;
        manifest.Calibration.Provisional = null;
        manifest.Calibration.Renew = manifest.Calibration.Renew! with { States = states };
        return new StateBench(manifest with { Version = version }, model: File.ReadAllBytes(Path.Combine(folder, manifest.Model)));
    }

    private static void PlayPump(StateBench bench, int from, int to)
    {
        var names = bench.Lanes[0].Detectors.Single().Bundle.ChannelNames;
        for (var i = from; i < to; i++)
            bench.SendJson("pump", i, $"{{{string.Join(", ", names.Select((name, c) => $"\"{name}\": {10 + c + (i + c) % 5}"))}}}");
        bench.Flush();
    }

    private static DetectorTrack Track(StateBench bench) => Some.Track(bench.Device("pump")).Detectors[0];

    private static BundleManifest Manifest(int states)
    {
        var manifest = StateBench.Manifest();
        manifest.Channels.ForEach(c => c.Floor = 0.3f);
        return manifest with
        {
            Calibration = manifest.Calibration with { Renew = manifest.Calibration.Renew! with { AdoptAfter = 0, States = states } },
            Output = manifest.Output with { One = 8 },
        };
    }

    /// <summary>It goes down slowly, and from reading 1,000 on is where it began.</summary>
    private static void Play(StateBench bench, int readings, int at = -1, Action? end = null)
    {
        for (var i = 0; i < readings; i++)
        {
            if (i == at)
            {
                bench.Flush();
                end!();
            }
            bench.Send("pump", i, (i < 1_000 ? -0.02 * i : 0) + (i % 2 == 0 ? 0.3 : -0.3), i % 3 * 0.1);
        }
        bench.Flush();
    }

    private static SlotImage OfForm6(byte[] bytes, DetectorTrack track)
    {
        var head = MemoryMarshal.Read<ImageHead>(bytes);
        var hot = SlotImage.HeadBytes + head.DetectorBytes + head.DeviceBytes;
        var states = track.Renewal!.States!.SavedBytes;
        var end = hot + head.HotBytes + TrackCodec.CalibrationBytes(track, TrackCodec.Form) + states;
        byte[] older = [.. bytes[..(end - states)], .. bytes[end..]];
        head = head with { Form = 6, ColdBytes = head.ColdBytes - states };
        MemoryMarshal.Write(older, head);
        var hotHead = MemoryMarshal.Read<HotHead>(older.AsSpan(hot)) with
        {
            ColdSum = CheckSum.Of(older.AsSpan(hot + head.HotBytes, head.ColdBytes)),
        };
        MemoryMarshal.Write(older.AsSpan(hot), hotHead);
        TrackCodec.Seal(older.AsSpan(hot, head.HotBytes));
        return SlotImage.Parse(older)!;
    }
}
