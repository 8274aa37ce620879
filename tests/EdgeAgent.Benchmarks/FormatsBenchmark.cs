using System.Diagnostics;
using System.Text.Json;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Tests.Formats;

namespace EdgeAgent.Benchmarks;

/// <summary>
/// Side by side: the same readings of a real pump, 8 channels each, in every payload format, from bytes to rows. Budget: 0 bytes
/// allocated a reading, and no format of packed values slower than JSON.
/// </summary>
internal static class FormatsBenchmark
{
    private const int Readings = 8192;
    private const int Runs = 9;
    private const int Turn = 128;

    /// <summary>A format, and what makes a payload of it from the JSON of the same reading.</summary>
    private static readonly (string Name, string Decode, Func<byte[], byte[]> Encode)[] Formats =
    [
        ("json", "json", json => json),
        ("cbor", "cbor", json => Repacked.Cbor(json)),
        ("msgpack", "msgpack", Repacked.MessagePack),
        ("senml, JSON", "senml", json => SenMl(json, isNumbered: false)),
        ("senml, CBOR", "senml", json => Repacked.Cbor(SenMl(json, isNumbered: true))),
    ];

    public static int Run()
    {
        var payloads = Bench.Payloads().Take(Readings).ToList();
        while (payloads.Count < Readings) payloads.AddRange(payloads.Take(Readings - payloads.Count).ToList());
        var formats = Formats.Select(f => new Track(f.Name, f.Decode, [.. payloads.Select(f.Encode)])).ToList();
        foreach (var format in formats) format.Decode(0, Readings);
        for (var run = 0; run < Runs; run++)
        {
            // In short turns, so that whatever else the machine does meets all alike.
            for (var first = 0; first < Readings; first += Turn)
                foreach (var format in formats) format.Measure(first);
            foreach (var format in formats) format.EndRun();
        }
        Console.WriteLine($"{"",-16}{"bytes a payload",16}{"readings/s",14}{"to JSON",10}{"allocated",11}");
        foreach (var format in formats)
            Print(format, format.PerSecond / formats[0].PerSecond);
        return 0;
    }

    private static void Print(Track format, double ratio) => Console.WriteLine(FormattableString.Invariant(
        $"{format.Name,-16}{format.PayloadBytes,16:0}{format.PerSecond,14:#,0}{ratio,10:0.00}{format.Allocated,11:0.##}"));

    /// <summary>A pack of a record a channel, as senders write it who keep what is common in the first.</summary>
    private static byte[] SenMl(byte[] json, bool isNumbered)
    {
        using var document = JsonDocument.Parse(json);
        var buffer = new MemoryStream();
        using (var pack = new Utf8JsonWriter(buffer))
        {
            pack.WriteStartArray();
            var isFirst = true;
            foreach (var channel in document.RootElement.GetProperty("values").EnumerateObject())
            {
                pack.WriteStartObject();
                if (isFirst) pack.WriteNumber(isNumbered ? "-3" : "bt", document.RootElement.GetProperty("ts").GetInt64() / 1000m);
                pack.WriteString(isNumbered ? "0" : "n", channel.Name);
                pack.WriteNumber(isNumbered ? "2" : "v", channel.Value.GetSingle());
                pack.WriteEndObject();
                isFirst = false;
            }
            pack.WriteEndArray();
        }
        return buffer.ToArray();
    }

    /// <summary>One format's decoder with its payloads and times.</summary>
    private sealed class Track
    {
        private readonly byte[][] _payloads;
        private readonly DecodedRows _rows;
        private readonly IPayloadDecoder _decoder;
        private readonly List<double> _perSecond = [];
        private TimeSpan _elapsed;
        private long _bytes;

        public Track(string name, string decode, byte[][] payloads)
        {
            (Name, _payloads) = (name, payloads);
            var source = new PayloadOptions
            {
                Device = "topic[1]", Decode = decode, Time = "ts", ChannelsBelow = decode == "senml" ? "" : "values",
            };
            _rows = new DecodedRows(new ChannelTable(source));
            _decoder = PayloadDecoders.Of(source, _rows.Channels);
        }

        public string Name { get; }
        public double PayloadBytes => _payloads.Average(p => p.Length);
        public double PerSecond => _perSecond.Order().ElementAt(_perSecond.Count / 2);
        /// <summary>Bytes a reading, of the last run.</summary>
        public double Allocated { get; private set; }

        public void Decode(int first, int count)
        {
            foreach (var payload in _payloads.AsSpan(first, count))
            {
                _rows.Clear();
                var message = new IncomingMessage { Topic = "plant/p7/telemetry"u8, Payload = payload, Device = "p7"u8, ArrivalTicks = 0 };
                var failure = _decoder.Decode(message, _rows);
                _rows.Finish();
                if (failure != DecodeFailure.None || _rows.Devices is not [{ Rows: 1 }])
                    throw new InvalidOperationException($"{Name}: {failure}, {_rows.Devices.Length} devices");
            }
        }

        public void Measure(int first)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.GetTimestamp();
            Decode(first, Turn);
            _elapsed += Stopwatch.GetElapsedTime(watch);
            _bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        public void EndRun()
        {
            _perSecond.Add(Readings / _elapsed.TotalSeconds);
            Allocated = _bytes / (double)Readings;
            (_elapsed, _bytes) = (TimeSpan.Zero, 0);
        }
    }
}
