using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Demo;

/// <summary>What the demo shows: gathered from the sensors, from the lanes and from the consumer of events.</summary>
internal sealed class DemoStatistics : IJudgementObserver
{
    private const int LatencySamples = 4096;
    private const int EventLimit = 200;

    private readonly ConcurrentDictionary<(string Device, long Ticks), long> _sentAt = new();
    private readonly ConcurrentDictionary<string, DeviceView> _devices = new();
    private readonly double[] _latenciesMs = new double[LatencySamples];
    private readonly Lock _gate = new();
    private readonly List<DemoEvent> _events = [];
    private int _latencyCount;
    private long _sent;

    /// <summary>One device as the view shows it.</summary>
    internal sealed class DeviceView
    {
        public long Sent;
        public long Judged;
        public volatile float Score;
        public volatile bool IsOpen;
    }

    public long SentCount => Volatile.Read(ref _sent);
    public IEnumerable<KeyValuePair<string, DeviceView>> Devices => _devices.OrderBy(d => d.Key, StringComparer.Ordinal);
    public long EventBytes { get; private set; }
    public int EventCount { get; private set; }
    public int Opened { get; private set; }
    public int Closed { get; private set; }

    public void Sent(string device, long timeTicks)
    {
        Interlocked.Increment(ref _sent);
        _devices.GetOrAdd(device, _ => new DeviceView()).Sent++;
        _sentAt[(device, timeTicks)] = Stopwatch.GetTimestamp();
    }

    public void Judged(DetectorTrack track, long timeTicks, float score)
    {
        var device = _devices.GetOrAdd(track.Device.Name, _ => new DeviceView());
        device.Judged++;
        device.Score = score;
        device.IsOpen = track.Decision.IsOpen;
        if (!_sentAt.TryRemove((track.Device.Name, timeTicks), out var sentAt)) return;
        lock (_gate)
            _latenciesMs[_latencyCount++ % LatencySamples] = Stopwatch.GetElapsedTime(sentAt).TotalMilliseconds;
    }

    public void Received(DemoEvent demoEvent, int messageBytes)
    {
        lock (_gate)
        {
            EventBytes += messageBytes;
            EventCount++;
            if (demoEvent.Kind == "opened") Opened++;
            if (demoEvent.Kind == "closed") Closed++;
            _events.Add(demoEvent);
            if (_events.Count > EventLimit) _events.RemoveAt(0);
        }
    }

    /// <summary>The newest events, oldest of them first.</summary>
    public List<DemoEvent> LastEvents(int count)
    {
        lock (_gate)
            return _events.TakeLast(count).ToList();
    }

    /// <summary>Median and 99th percentile of the time from a sensor's publish to the judgement, in milliseconds.</summary>
    public (double Median, double P99) Latency()
    {
        double[] sorted;
        lock (_gate)
            sorted = _latenciesMs.AsSpan(0, Math.Min(_latencyCount, LatencySamples)).ToArray();
        if (sorted.Length == 0) return (0, 0);
        Array.Sort(sorted);
        return (sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)]);
    }
}
