using System.Threading.Channels;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Pipeline.Decode;
using EdgeAgent.Pipeline.Ingest;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Benchmarks;

/// <summary>
/// Side by side: a bare call of ONNX Runtime a window, and our whole lane a reading, from JSON bytes to the decision, with
/// every reading judged. Budget: 0 bytes allocated a reading.
/// </summary>
internal static class LaneBenchmark
{
    private const int Windows = 4096;
    private const int Devices = 16;

    public static int Run()
    {
        var bundle = ModelBundle.Load(Bench.Model);
        using var model = OnnxModel.Load(bundle);
        Console.WriteLine($"{"",-34}{"µs an item",12}{"to bare",10}{"bytes",8}");
        var bare = Bare(model, batch: 1);
        Print("bare ONNX Runtime, a window a run", bare, bare);
        Print("bare ONNX Runtime, 64 a run", Bare(model, batch: 64), bare);
        Print("lane, a reading a batch", Lane(bundle, model, batch: 1), bare);
        Print("lane, 64 readings a batch", Lane(bundle, model, batch: 64), bare);
        Print("lane, 512 readings a batch", Lane(bundle, model, batch: 512), bare);
        return 0;
    }

    private static (double, double) Bare(OnnxModel model, int batch)
    {
        using var runner = new ModelRunner(model, batch);
        return Bench.Measure(Windows, () =>
        {
            for (var i = 0; i < Windows; i += batch)
                runner.Run(batch);
        });
    }

    private static (double, double) Lane(ModelBundle bundle, OnnxModel model, int batch)
    {
        var options = new AgentOptions
        {
            Sources = [new SourceOptions { Name = "s", ChannelsBelow = "values", Time = "ts" }],
            // An event is the rare case and allocates; here none opens, however the readings look.
            Detectors = [new DetectorOptions { Name = "d", Source = "s", Model = bundle.Folder, OnAfter = int.MaxValue }],
        };
        using var lane = new Lane(
            options, new Dictionary<string, OnnxModel> { [bundle.Folder] = model }, new NoEvents(),
            new DeadLetter(null, NullLogger.Instance, TimeProvider.System), NullLogger.Instance);
        var payloads = Bench.Payloads();
        var devices = Enumerable.Range(0, Devices).Select(i => new Device($"pump-{i}", 0, 0)).ToArray();
        var messages = new MessageBatch(Channel.CreateUnbounded<MessageBatch>().Writer);
        // Time must rise for ever, so the same payloads serve with a new time stamp each; patching it costs nothing here.
        var clock = 1_700_000_000_000L;
        void Feed(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var payload = payloads[i % payloads.Count];
                Stamp(payload, clock++);
                if (!messages.HasRoom(payload.Length)) Take();
                messages.Add(devices[i % Devices], payload, 0);
                if (messages.Count == batch) Take();
            }
            Take();
        }
        void Take()
        {
            if (messages.Count == 0) return;
            lane.Take(messages);
            messages.Return();
        }
        Feed(Devices * 500);
        var judged = lane.Counters.Judged;
        var result = Bench.Measure(Windows, () => Feed(Windows));
        if (lane.Counters.Judged - judged < Windows * 9) throw new InvalidOperationException("the lane did not judge every reading");
        return result;
    }

    /// <summary>Writes 13 digits of Unix milliseconds over those of the payload, which begins <c>{"ts":</c>.</summary>
    private static void Stamp(byte[] payload, long milliseconds)
    {
        for (var at = "{\"ts\":".Length + 12; at >= "{\"ts\":".Length; at--, milliseconds /= 10)
            payload[at] = (byte)('0' + milliseconds % 10);
    }

    private static void Print(string what, (double Microseconds, double Bytes) figures, (double Microseconds, double Bytes) bare) =>
        Console.WriteLine($"{what,-34}{figures.Microseconds,12:0.00}{figures.Microseconds / bare.Microseconds,10:0.00}{figures.Bytes,8:0.##}");

    private sealed class NoEvents : IEventSink
    {
        public void Take(AnomalyEvent anomaly, EventReceipt? receipt) => throw new InvalidOperationException("no event was to open");
    }
}
