using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Benchmarks;

/// <summary>
/// What samples of three axes cost: the features of a window alone, and all of the lane from the JSON bytes of a block of 1024
/// to its sixteen decisions. Budget: 0 bytes allocated a block.
/// </summary>
internal static class VibrationBenchmark
{
    private const int Blocks = 64;
    private const int Samples = 1024;

    public static int Run()
    {
        var bundle = ModelBundle.Load(Path.Combine(Bench.Root, "models/vibration"));
        using var model = OnnxModel.Load(bundle);
        Console.WriteLine($"{"samples of 3 axes",-34}{"µs an item",12}{"bytes",8}");
        Print("features of a window", Features(bundle.Manifest));
        Print("lane, a block of 1024 a batch", Lane(bundle, model));
        return 0;
    }

    private static (double, double) Features(BundleManifest manifest)
    {
        var extractor = new FeatureExtractor(manifest.Input.Features!, manifest.Channels.Count, manifest.Window.Length);
        var random = new Random(1);
        float[] window = [.. Enumerable.Range(0, manifest.Window.Length * manifest.Channels.Count).Select(_ => random.NextSingle() - 0.5f)];
        var features = new float[extractor.Count];
        return Bench.Measure(Blocks, () =>
        {
            for (var i = 0; i < Blocks; i++)
                extractor.Extract(window, features);
        });
    }

    private static (double, double) Lane(ModelBundle bundle, OnnxModel model)
    {
        var options = new AgentOptions
        {
            Sources = [new SourceOptions { Name = "s", ChannelsBelow = "values", SampleRate = 3200 }],
            Detectors = [new DetectorOptions { Name = "d", Source = "s", Model = bundle.Folder, OnAfter = int.MaxValue }],
        };
        using var lane = new Lane(
            new DetectionSetup(options.Detection, new Dictionary<string, OnnxModel> { [bundle.Folder] = model }),
            new NoEvents(), NullLogger.Instance);
        var intake = new RowIntake(
            options.Sources[0], [new LaneRunner(lane)],
            new DeadLetter(null, NullLogger.Instance, TimeProvider.System), new SourceCounters());
        var random = new Random(1);
        byte[][] payloads = [.. Enumerable.Range(0, Blocks).Select(_ => Payload(random))];
        var clock = DateTime.UnixEpoch.AddYears(50).Ticks;
        void Feed()
        {
            foreach (var payload in payloads)
            {
                intake.Take(
                    new IncomingMessage
                    {
                        Topic = "fan-1"u8, Payload = payload, ArrivalTicks = clock += TimeSpan.TicksPerSecond * Samples / 3200,
                    },
                    null, 0, out _);
                intake.HandOver();
            }
        }
        for (var i = 0; i < 4; i++)
            Feed();
        var judged = lane.Counters.Judged;
        var result = Bench.Measure(Blocks, Feed);
        if (lane.Counters.Judged - judged < Blocks * 9) throw new InvalidOperationException("the lane did not judge every block");
        return result;
    }

    private static byte[] Payload(Random random)
    {
        string Axis() => string.Join(
            ',', Enumerable.Range(0, Samples).Select(_ => (random.NextDouble() - 0.5).ToString("0.####", CultureInfo.InvariantCulture)));
        return Encoding.UTF8.GetBytes($$$"""{"values":{"x":[{{{Axis()}}}],"y":[{{{Axis()}}}],"z":[{{{Axis()}}}]}}""");
    }

    private static void Print(string what, (double Microseconds, double Bytes) figures) =>
        Console.WriteLine($"{what,-34}{figures.Microseconds,12:0.0}{figures.Bytes,8:0.##}");

    private sealed class NoEvents : IEventSink
    {
        public void Take(AnomalyEvent anomaly, EventReceipt? receipt) => throw new InvalidOperationException("no event was to open");
    }
}
