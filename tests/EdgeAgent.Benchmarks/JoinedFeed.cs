using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Benchmarks;

/// <summary>
/// A lane that is fed the readings of a real pump, spread over devices, a message a channel. Each device sends its channels in a burst
/// ten times a second; the bursts of all overlap, so that no two messages that follow each other are of one device.
/// </summary>
internal sealed class JoinedFeed : IDisposable
{
    private const int Devices = 16;
    private const int Bursts = 64;
    private static readonly long BurstTicks = TimeSpan.FromMilliseconds(100).Ticks;
    private static readonly long MessageTicks = TimeSpan.FromMilliseconds(0.1).Ticks;

    private readonly BenchLane _lane;
    private readonly int _batch;
    private readonly byte[][][] _payloads;
    private readonly byte[][][] _topics;
    private long _burst = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private int _next;

    /// <param name="source">How payloads and topics are read.</param>
    /// <param name="bundle">The detector's model.</param>
    /// <param name="model">The same, loaded.</param>
    /// <param name="batch">Messages that are handed over to the lane together.</param>
    /// <param name="payload">What is around the number.</param>
    public JoinedFeed(SourceOptions source, ModelBundle bundle, OnnxModel model, int batch, string payload)
    {
        _lane = new BenchLane(source, bundle, model, isKept: true);
        _batch = batch;
        var readings = Bench.Payloads().Select(json => Values(json)).ToList();
        var format = CompositeFormat.Parse(payload);
        _payloads = [.. readings.Select(r => r.Select(
            c => Encoding.UTF8.GetBytes(string.Format(CultureInfo.InvariantCulture, format, c.Value))).ToArray())];
        _topics = [.. Enumerable.Range(0, Devices).Select(d => readings[0].Select(
            c => Encoding.UTF8.GetBytes($"plant/pump-{d}/{c.Name}")).ToArray())];
        // Calibrates, and fills the windows.
        for (var i = 0; i < 8; i++) Feed();
    }

    private int Messages => Bursts * Devices * _topics[0].Length;

    /// <summary>
    /// Messages a second of processor time, the median, and the bytes allocated a message in the last round: once a minute of what the
    /// messages take for time, the intake begins to count anew, which is none of theirs.
    /// </summary>
    public (double PerSecond, double Bytes) Measure(int rounds)
    {
        var perSecond = new double[rounds];
        var bytes = 0L;
        var judged = _lane.Judged;
        for (var round = 0; round < rounds; round++)
        {
            var cpu = Environment.CpuUsage.TotalTime;
            var before = GC.GetAllocatedBytesForCurrentThread();
            Feed();
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            perSecond[round] = Messages / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        }
        if (_lane.Judged - judged < rounds * (Bursts * Devices))
            throw new InvalidOperationException($"{_lane.Judged - judged} readings were put together and judged");
        Array.Sort(perSecond);
        return (perSecond[rounds / 2], bytes / (double)Messages);
    }

    public void Dispose() => _lane.Dispose();

    private void Feed()
    {
        var waiting = 0;
        for (var burst = 0; burst < Bursts; burst++, _burst += BurstTicks)
        {
            var payloads = _payloads[_next++ % _payloads.Length];
            for (var channel = 0; channel < payloads.Length; channel++)
                for (var device = 0; device < Devices; device++)
                {
                    var message = new IncomingMessage
                    {
                        Topic = _topics[device][channel], Payload = payloads[channel],
                        ArrivalTicks = _burst + (channel * Devices + device) * MessageTicks,
                    };
                    _lane.Intake.Take(message, null, 0, out _);
                    if (++waiting % _batch == 0) _lane.Intake.HandOver();
                }
        }
        _lane.Intake.HandOver();
    }

    private static List<(string Name, float Value)> Values(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("values").EnumerateObject().Select(c => (c.Name, c.Value.GetSingle()))];
    }
}
