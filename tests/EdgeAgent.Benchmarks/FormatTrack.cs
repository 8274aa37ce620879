using System.Diagnostics;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Benchmarks;

/// <summary>One message of a reading: most formats need one, where each channel has a topic of its own there are several.</summary>
internal readonly record struct BenchMessage(byte[] Topic, byte[] Payload);

/// <summary>One format's decoder with the readings written in it, and the times that decoding them took.</summary>
internal sealed class FormatTrack
{
    private readonly BenchMessage[][] _readings;
    private readonly DecodedRows _rows;
    private readonly IPayloadDecoder _decoder;
    private readonly List<double> _perSecond = [];
    private long _measured;
    private long _bytes;

    /// <param name="name">For people.</param>
    /// <param name="options">How payloads are read.</param>
    /// <param name="readings">The messages of each reading.</param>
    /// <param name="birth">What must be known before them; null: nothing.</param>
    public FormatTrack(string name, PayloadOptions options, IEnumerable<BenchMessage[]> readings, BenchMessage? birth = null)
    {
        (Name, _readings) = (name, [.. readings]);
        _rows = new DecodedRows(new ChannelTable(options));
        _decoder = PayloadDecoders.Of(options, _rows.Channels);
        if (birth is { } first) Decode(first);
        foreach (var reading in _readings)
            foreach (var message in reading) CountContent(message);
    }

    public string Name { get; }

    /// <summary>A reading's payloads; topics are not counted.</summary>
    public double PayloadBytes => _readings.Average(r => r.Sum(m => m.Payload.Length));

    /// <summary>Readings a second, the median of all turns.</summary>
    public double PerSecond => Median(_perSecond);

    /// <summary>Bytes a reading, of all turns.</summary>
    public double Allocated => _bytes / (double)_measured;

    /// <summary>How many values the readings have, and their sum.</summary>
    public (long Count, double Sum) Content { get; private set; }

    /// <summary>How many times as many readings a second it decodes as another, which took its turns with it.</summary>
    public double RatioTo(FormatTrack other) => Median(_perSecond.Zip(other._perSecond, (mine, others) => mine / others));

    /// <summary>Decodes some readings.</summary>
    public void Measure(int first, int count)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.GetTimestamp();
        foreach (var reading in _readings.AsSpan(first, count))
            foreach (ref readonly var message in reading.AsSpan()) Decode(message);
        var elapsed = Stopwatch.GetElapsedTime(watch);
        _bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        _measured += count;
        _perSecond.Add(count / elapsed.TotalSeconds);
    }

    private void Decode(in BenchMessage sent)
    {
        _rows.Clear();
        var message = new IncomingMessage { Topic = sent.Topic, Payload = sent.Payload, Device = "p7"u8, ArrivalTicks = 0 };
        var failure = _decoder.Decode(message, _rows);
        _rows.Finish();
        if (failure != DecodeFailure.None || _rows.Devices is not [{ Rows: 1 }])
            throw new InvalidOperationException($"{Name}: {failure}, {_rows.Devices.Length} devices");
    }

    private void CountContent(in BenchMessage message)
    {
        Decode(message);
        foreach (var value in _rows.Values(_rows.Rows(_rows.Devices[0])[0]))
            if (!float.IsNaN(value)) Content = (Content.Count + 1, Content.Sum + value);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
