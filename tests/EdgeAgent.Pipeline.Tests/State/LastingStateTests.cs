using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.State;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>Levels that stay off were averaged over all channels once.</summary>
public sealed class LastingStateTests
{
    private const int Channels = 3;

    [Fact]
    public void State_of_form_6_of_several_channels_goes_on_with_its_one_average()
    {
        var (before, after) = (Track(), Track());
        var z = new float[before.Detector.Identity.InputLength];
        Array.Fill(z, 2);
        for (var r = 0; r < 900; r++)
            before.Lasting!.Judge(z, 0.5f, isOpen: false, isCalibrated: true);
        var (hot, cold) = (new byte[TrackCodec.HotBytes(before)], new byte[TrackCodec.ColdBytes(before)]);
        var head = new HotHead();
        TrackCodec.SaveHot(before, ref head, default, hot);
        TrackCodec.SaveCold(before, cold);

        var old = OfForm6(hot, before);
        Assert.Equal(TrackCodec.HotBytes(before, 6), old.Length);
        TrackCodec.Load(after, old, cold, [], 6);

        Assert.Equal(before.Lasting!.Bound, after.Lasting!.Bound);
        var saved = (new byte[before.Lasting.SavedBytes], new byte[after.Lasting.SavedBytes]);
        before.Lasting.Save(saved.Item1);
        after.Lasting.Save(saved.Item2);
        Assert.Equal(saved.Item1, saved.Item2);
    }

    private static DetectorTrack Track()
    {
        var bundle = ModelBundle.Load(Repository.File("models/many-channels")).For(Channels);
        return new DetectorTrack(new Device("pump", "pumps", 0), new LaneDetector(new DetectorOptions { Name = "d" }, bundle, []));
    }

    private static byte[] OfForm6(byte[] hot, DetectorTrack track)
    {
        var lasting = TrackCodec.HeadBytes + 2 * sizeof(float) * Channels + track.Decision.RecentBytes + track.Renewal!.SavedCurrentBytes;
        var rate = lasting + track.Lasting!.SavedBytes;
        return [
            .. hot[..(lasting + sizeof(float))], .. hot[(lasting + Channels * sizeof(float))..rate],
            .. hot[(rate + EventRate.SavedBytes)..]];
    }
}
