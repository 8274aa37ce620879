using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Benchmarks.Detection;

/// <summary>
/// What a reading and a device cost by bundle: all of the lane from JSON bytes to the decision, 64 readings a batch, beside a bare call
/// of ONNX Runtime in the same process.
/// </summary>
internal static class RecipeCosts
{
    private const int Readings = 16_384, Batch = 64, Devices = 16, CountedDevices = 500;

    public static void Print()
    {
        Console.WriteLine("""
            | bundle | channels | µs a reading | to a bare run | bare run, µs a window | bytes allocated a reading | bytes a device |
            |---|---|---|---|---|---|---|
            """);
        foreach (var name in Directory.GetDirectories(Path.Combine(Bench.Root, "models")).Order(StringComparer.Ordinal))
            if (File.Exists(Path.Combine(name, "manifest.json")))
                Row(ModelBundle.Load(name));
    }

    private static void Row(ModelBundle bundle)
    {
        using var model = OnnxModel.Load(bundle);
        using var runner = new ModelRunner(model, 1);
        using var lane = new RecipeLane(bundle, model);
        lane.Feed(Devices, (int)Math.Max(1_024, bundle.Manifest.ReadingsBefore) * Devices);
        var (bare, ours, ratio) = Bench.Compare(Readings,
            () =>
            {
                for (var i = 0; i < Readings; i++)
                    runner.Run(1);
            },
            () => lane.Feed(Devices, Readings));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {bundle.Manifest.Name} {bundle.Manifest.Version} | {bundle.Manifest.Channels.Count} | {ours.Microseconds:0.00} "
                + $"| {ratio:0.00} | {bare.Microseconds:0.00} | {ours.Bytes:0.##} | {BytesOfDevice(bundle, model)} |"));
    }

    /// <summary>Of a device that has calibrated, with what its source knows of it.</summary>
    private static long BytesOfDevice(ModelBundle bundle, OnnxModel model)
    {
        using var lane = new RecipeLane(bundle, model);
        // What the first devices bring, the lane has once.
        var readings = (int)Math.Min(4_096, bundle.Manifest.ReadingsBefore + 1);
        lane.Feed(8, 8 * readings);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        lane.Feed(8 + CountedDevices, (8 + CountedDevices) * readings);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        return (after - before) / CountedDevices;
    }

    /// <summary>Devices that send what a bundle takes: each channel as noise around a level.</summary>
    private sealed class RecipeLane : IDisposable
    {
        private const int Payloads = 4_096;
        private readonly BenchLane _lane;
        private readonly byte[][] _payloads;
        private readonly byte[][] _topics =
            [.. Enumerable.Range(0, 8 + CountedDevices).Select(i => Encoding.UTF8.GetBytes($"device-{i}"))];
        private long _clock = 1_700_000_000_000;

        public RecipeLane(ModelBundle bundle, OnnxModel model)
        {
            _lane = new BenchLane(new SourceOptions { ChannelsBelow = "values", Time = "ts" }, bundle, model, isKept: false);
            var random = new Random(5);
            string[] names = [.. bundle.Manifest.Channels.Select(c => c.Name == ManifestChannel.Any ? "value" : c.Name)];
            _payloads = [.. Enumerable.Range(0, Payloads).Select(_ => Encoding.UTF8.GetBytes(
                $"{{\"ts\":{_clock},\"values\":{{{string.Join(',', names.Select(n => Value(n, random)))}}}}}"))];
        }

        public void Feed(int devices, int count)
        {
            for (var i = 0; i < count; i++)
            {
                var payload = _payloads[i % Payloads];
                FedLane.Stamp(payload, _clock++);
                _lane.Intake.Take(
                    new IncomingMessage { Topic = _topics[i % devices], Payload = payload, ArrivalTicks = 0 }, null, 0, out _);
                if ((i + 1) % Batch == 0) _lane.Intake.HandOver();
            }
            _lane.Intake.HandOver();
        }

        public void Dispose() => _lane.Dispose();

        private static string Value(string name, Random random) =>
            string.Create(CultureInfo.InvariantCulture, $"\"{name}\":{20 + random.NextDouble() + random.NextDouble():0.####}");
    }
}
