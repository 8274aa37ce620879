using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Tests.Decisions;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Calibration;

public sealed class KnownStatesTests
{
    private readonly ChannelCalibration _calibration = new([0.1f, 0.1f], readings: 10, clip: 30);

    [Fact]
    public void A_state_that_is_like_a_known_one_is_not_kept_again()
    {
        var states = new KnownStates(4, _calibration);
        states.Note(At(0, 0));
        states.Note(At(0.5, -0.9));
        Assert.Equal(1, states.Count);
        states.Note(At(0.5, 1.1));
        Assert.Equal(2, states.Count);
    }

    [Fact]
    public void Where_there_is_no_room_the_states_kept_cover_where_the_device_has_been()
    {
        var states = new KnownStates(4, _calibration);
        for (var level = 0; level <= 60; level += 2)
            states.Note(At(level, 0));

        double[] kept = [.. Enumerable.Range(0, states.Count).Select(s => states[s].Mean(0)).Order()];
        Assert.Equal(4, kept.Length);
        Assert.Equal(0, kept[0]);
        Assert.All(kept.Zip(kept.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 8, 32));
    }

    [Fact]
    public void Noting_allocates_nothing_once_there_is_one()
    {
        var states = new KnownStates(4, _calibration);
        ChannelBlock[] blocks = [.. Enumerable.Range(0, 40).Select(level => At(3 * level, 0))];
        states.Note(blocks[0]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var block in blocks)
            states.Note(block);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void What_was_saved_goes_on_and_what_is_something_else_is_none()
    {
        var states = new KnownStates(4, _calibration);
        states.Note(At(1, 2));
        states.Note(At(5, 6));
        var saved = new byte[states.SavedBytes];
        Assert.True(states.Save(saved).IsEmpty);
        var other = new KnownStates(4, _calibration);
        other.Load(saved);
        Assert.Equal((2, 5.0, 6.0), (other.Count, other[1].Mean(0), other[1].Mean(1)));
        Assert.True(other.IsPossible);

        var (fewer, more) = (new KnownStates(1, _calibration), new KnownStates(9, _calibration));
        fewer.Load(saved);
        more.Load(saved);
        Assert.Equal((1, 1.0), (fewer.Count, fewer[0].Mean(0)));
        Assert.Equal((2, 5.0), (more.Count, more[1].Mean(0)));

        saved[^1] ^= 1;
        other.Load(saved);
        Assert.Equal(0, other.Count);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(20, false)]
    public void A_device_that_is_set_back_to_a_known_state_is_normal_again(float jump, bool isKnown)
    {
        using var bench = Bench(states: 8);
        Drift(bench);
        bench.Send([.. Noise(60, jump)]);

        var closed = bench.Events.SingleOrDefault(e => e.Kind == EventKind.Closed);
        Assert.Equal(isKnown ? "known" : null, closed?.ClosedBecause);
        Assert.Equal(1, bench.Events.Count(e => e.Kind == EventKind.Opened));
        bench.Send([.. Noise(60, jump)]);
        Assert.Equal(isKnown, bench.Scores[^1] < 1);
    }

    [Fact]
    public void While_states_are_tried_in_vain_what_was_left_out_of_the_calibration_stays_out()
    {
        using var bench = Bench(states: 4, outlier: 5);
        bench.Send([.. Noise(5, 50), .. Noise(15, 0)]);
        var calibration = Some.Track(bench.Device("pump-7")).Detectors[0].Calibration;
        var (mean, spread) = (calibration.Means[0], calibration.Spread(0));
        Assert.InRange(mean, -0.1f, 0.1f);

        bench.Send([.. Noise(40, 300)]);

        Assert.Equal(EventKind.Opened, Assert.Single(bench.Events).Kind);
        Assert.Equal((mean, spread), (calibration.Means[0], calibration.Spread(0)));
    }

    [Fact]
    public void Where_the_model_fails_at_a_known_state_that_is_told_and_the_event_stays_open()
    {
        using var bench = Bench(states: 8, model: HostileOnnx.FailingAbove90());
        Drift(bench, up: 1);
        bench.Send([.. Noise(60, 40)]);

        Assert.Equal(EventKind.Opened, Assert.Single(bench.Events).Kind);
        Assert.Contains(bench.Log.Lines, l => l.Contains(
            "whether pump-7 runs as it did in a known state cannot be told", StringComparison.Ordinal));
        Assert.DoesNotContain(bench.Log.Lines, l => l.Contains("windows not judged", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_states_the_same_stays_an_event()
    {
        using var bench = Bench(states: 0);
        Drift(bench);
        bench.Send([.. Noise(200, 0)]);

        Assert.DoesNotContain(bench.Events, e => e.Kind == EventKind.Closed);
    }

    /// <summary>The score is z; it goes from 0 to −20, or up, which is calm, and followed.</summary>
    private static void Drift(LaneBench bench, int up = -1)
    {
        bench.Send([.. Noise(40, 0)]);
        bench.Send([.. Enumerable.Range(0, 1_000).Select(r => up * 0.02f * r + (r % 2 == 0 ? 0.3f : -0.3f))]);
        Assert.Empty(bench.Events);
    }

    private static LaneBench Bench(int states, float outlier = 0, byte[]? model = null)
    {
        var manifest = TinyBundle.Sum("a");
        manifest.Channels[0].Floor = 0.3f;
        return new LaneBench(model: model, manifest: manifest with
        {
            Calibration = new ManifestCalibration
            {
                Readings = 20, Clip = 100, Outlier = outlier,
                Renew = new ManifestRenewal { Every = 10, Blocks = 2, Hold = 0, States = states },
            },
            Output = manifest.Output with { One = 6 },
        }).Skip(1);
    }

    private static IEnumerable<float> Noise(int count, float level) =>
        Enumerable.Range(0, count).Select(r => level + (r % 2 == 0 ? 0.3f : -0.3f));

    private static ChannelBlock At(double first, double second)
    {
        var block = new ChannelBlock(2);
        foreach (var offset in new[] { -1f, 1f })
            block.Add([(float)first + offset, (float)second + offset]);
        return block;
    }
}
