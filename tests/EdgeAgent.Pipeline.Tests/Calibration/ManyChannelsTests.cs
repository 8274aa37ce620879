using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Tests.Decisions;

namespace EdgeAgent.Pipeline.Tests.Calibration;

/// <summary>The bundle for any number of channels, over machines that nobody has tuned it for.</summary>
public sealed class ManyChannelsTests
{
    private static readonly string Folder = Repository.File("models/many-channels");
    private static readonly string[] Usual = ["flow", "temperature", "running", "lamp", "hours", "version", "spare"];

    [Fact]
    public void Bits_constants_counters_and_doubles_are_no_alarm_and_dilute_none()
    {
        using var alone = Bench(["flow"]);
        using var beside = Bench([.. Usual, "flow-again"]);
        Play(alone, 3_000, (flow, _, _) => [flow]);
        Play(beside, 3_000, (flow, r, random) => [.. Machine(flow, r, random), 10 * flow + 273]);

        Assert.Equal(1, Opened(alone));
        Assert.Equal(
            alone.Events.Where(e => e.Kind == EventKind.Opened).Select(e => e.TimeTicks),
            beside.Events.Where(e => e.Kind == EventKind.Opened).Select(e => e.TimeTicks));
    }

    [Fact]
    public void The_event_names_the_channels_that_lead()
    {
        using var bench = Bench(Usual);
        Play(bench, 2_600, Machine);

        var shares = bench.Events.First(e => e.Kind == EventKind.Opened).Channels.OrderByDescending(c => c.Share).ToList();
        Assert.Equal("flow", shares[0].Name);
        Assert.True(shares[0].Share > 0.5f, $"{shares[0].Share}");
        Assert.All(shares.Where(c => c.Name is "lamp" or "hours" or "version" or "spare"), c => Assert.InRange(c.Share, 0, 0.1f));
    }

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(5, 5.5f, false)]
    [InlineData(5, 60, true)]
    [InlineData(0, 1_000, true)]
    public void The_first_change_of_a_channel_that_never_moved_is_judged_by_its_size(float before, float after, bool isTold)
    {
        using var bench = Bench(["flow", "valve"]);
        Play(bench, 1_200, (flow, r, _) => [flow, r < 1_000 ? before : after], faultAt: int.MaxValue);

        Assert.Equal(isTold ? 1 : 0, Opened(bench));
        Assert.All(bench.Scores, score => Assert.InRange(score, 0, 6 / 3.4f));
    }

    [Fact]
    public void A_bit_that_toggles_as_it_never_did_is_no_alarm()
    {
        using var bench = Bench(["running"]);
        Play(bench, 2_000, (_, r, _) => [r < 1_000 ? r / 90 % 2 : r % 2], faultAt: int.MaxValue);

        Assert.Empty(bench.Events);
        Assert.True(bench.Scores.Count > 1_500);
    }

    [Fact]
    public void A_counter_may_count_on_for_ever_and_is_told_of_when_it_counts_otherwise()
    {
        using var bench = Bench(["flow", "hours"]);
        Play(bench, 6_000, (flow, r, _) => [flow, r / 3], faultAt: int.MaxValue);
        Assert.Empty(bench.Events);
        Assert.True(Track(bench).Scale!.IsCounter(1) && !Track(bench).Scale!.IsCounter(0));

        Play(bench, 100, (flow, r, _) => [flow, 2_000 + r * 5], faultAt: int.MaxValue);
        Assert.Equal(1, Opened(bench));
    }

    [Fact]
    public void Each_channel_that_stays_off_by_little_is_told_of()
    {
        using var bench = Bench(["flow", "temperature"]);
        var random = new Random(14);
        var at = 0f;
        Play(bench, 4_400, (flow, r, _) =>
        {
            at = 0.9f * at + 0.0436f * Normal(random);
            return [flow, (r < 4_000 ? 20 : 20.2f) + at];
        }, faultAt: int.MaxValue);

        Assert.Equal(1, Opened(bench));
    }

    [Fact]
    public void A_reading_of_many_channels_allocates_nothing()
    {
        using var bench = Bench([.. Enumerable.Range(0, 40).Select(c => $"c{c}")], onAfter: int.MaxValue);
        var random = new Random(3);
        Play(bench, 700, (_, _, _) => [.. Enumerable.Range(0, 40).Select(_ => 20 + 0.1f * Normal(random))]);
        bench.Scores.Capacity = 10_000;
        byte[][] payloads = [.. Enumerable.Range(0, 400).Select(i => Some.Utf8(Json(
            1_800_000_000 + i, bench, [.. Enumerable.Range(0, 40).Select(c => 20 + (i + c) % 7 * 0.03f)])))];
        foreach (var payload in payloads.AsSpan(0, 200))
            bench.Send("pump-7"u8, payload);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var payload in payloads.AsSpan(200))
            bench.Send("pump-7"u8, payload);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static LaneBench Bench(string[] channels, int? onAfter = null)
    {
        var manifest = ModelBundle.Load(Folder).Manifest;
        var model = File.ReadAllBytes(Path.Combine(Folder, manifest.Model));
        return new LaneBench(d => (d.OnAfter, d.Channels) = (onAfter, [.. channels]), manifest, model).Skip(1);
    }

    /// <summary>
    /// A flow that steps up by ten spreads at <paramref name="faultAt"/>, with whatever else <paramref name="row"/> makes.
    /// </summary>
    private static void Play(LaneBench bench, int readings, Func<float, int, Random, float[]> row, int faultAt = 2_500)
    {
        var (random, beside) = (new Random(1), new Random(2));
        for (var r = 0; r < readings; r++)
        {
            var values = row(20 + (r >= faultAt ? 1 : 0) + 0.1f * Normal(random), r, beside);
            bench.SendJson(Json(bench.Ts(), bench, values));
        }
        bench.Flush();
    }

    /// <summary>
    /// Beside the flow a slow temperature, a live bit, one that is rarely set and not before reading 700, a counter and two
    /// constants.
    /// </summary>
    private static float[] Machine(float flow, int r, Random random) =>
        [flow, 60 + 5 * MathF.Sin(r / 40f) + 0.1f * Normal(random), random.Next(20) == 0 ? 1 : 0,
            r > 700 && r % 400 == 0 ? 1 : 0, r / 7, 5, 0];

    private static string Json(long ts, LaneBench bench, float[] values)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{{\"ts\": {ts}, \"values\": {{");
        var names = bench.Lane.Detectors.Single().Bundle.ChannelNames;
        for (var c = 0; c < values.Length; c++)
            text.Append(CultureInfo.InvariantCulture, $"{(c == 0 ? "" : ", ")}\"{names[c]}\": {values[c]}");
        return text.Append("}}").ToString();
    }

    private static int Opened(LaneBench bench) => bench.Events.Count(e => e.Kind == EventKind.Opened);

    private static DetectorTrack Track(LaneBench bench) => Some.Track(bench.Device("pump-7")).Detectors[0];

    private static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
