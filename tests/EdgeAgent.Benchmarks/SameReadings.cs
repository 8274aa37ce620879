using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Packed;
using EdgeAgent.Pipeline.Tests.Formats;
using EdgeAgent.Pipeline.Tests.Formats.SparkplugB;

namespace EdgeAgent.Benchmarks;

/// <summary>The same readings of one pump as senders write them in each format.</summary>
internal sealed class SameReadings
{
    private static readonly byte[] Topic = "plant/p7/telemetry"u8.ToArray();

    private readonly byte[][] _json;
    private readonly Reading[] _readings;
    private readonly string[] _names;

    /// <summary>What a payload of JSON says.</summary>
    private sealed record Reading(long Milliseconds, IReadOnlyList<(string Name, float Value)> Channels);

    /// <param name="json">An object of <c>ts</c> and <c>values</c> each, with the same channels in all.</param>
    public SameReadings(IEnumerable<byte[]> json)
    {
        _json = [.. json];
        _readings = [.. _json.Select(Parse)];
        _names = [.. _readings[0].Channels.Select(c => c.Name)];
    }

    public FormatTrack Json() => Whole("JSON", "json", json => json);
    public FormatTrack Cbor() => Whole("CBOR", "cbor", json => Repacked.Cbor(json));
    public FormatTrack MessagePack() => Whole("MessagePack", "msgpack", Repacked.MessagePack);
    public FormatTrack Gzip() => Whole("JSON in gzip", "json", Zip);
    public FormatTrack SenMlInJson() => Whole("SenML in JSON", "senml", json => SenMl(Parse(json), isNumbered: false));
    public FormatTrack SenMlInCbor() => Whole("SenML in CBOR", "senml", json => Repacked.Cbor(SenMl(Parse(json), isNumbered: true)));

    public FormatTrack Influx() => Track(
        "InfluxDB line protocol", Options("influx", below: "fields"),
        r => Encoding.UTF8.GetBytes($"pump,site=plant {Fields(r)} {r.Milliseconds}000000"));

    public FormatTrack Packed()
    {
        var options = Options("packed", below: null);
        options.Packed = new PackedOptions
        {
            Time = new PackedTime { At = 0, Type = Type("u64le"), UnitTicks = TimeSpan.TicksPerMillisecond },
            Fields = [.. _names.Select((name, i) => new PackedField { Name = name, At = 8 + 4 * i, Type = Type("f32le") })],
        };
        return Track("packed, f32 and u64", options, Pack);
    }

    /// <summary>Data by alias, the usual way; each metric has its time, as the specification demands.</summary>
    public FormatTrack Sparkplug()
    {
        const uint FloatType = 9;
        var (options, sequence) = (Options("sparkplug-b", below: ""), 0);
        var birth = SparkplugWriter.Payload(1, 0, [.. _names.Select(
            (n, i) => SparkplugWriter.Metric(n, (ulong)i, FloatType, 1).Float(0))]);
        var topic = "spBv1.0/plant/DDATA/edge1/p7"u8.ToArray();
        return new FormatTrack(
            "Sparkplug B, by alias", options, _readings.Select(r => new[] { new BenchMessage(topic, Data(r)) }),
            new BenchMessage("spBv1.0/plant/DBIRTH/edge1/p7"u8.ToArray(), birth));

        byte[] Data(Reading reading) => SparkplugWriter.Payload((ulong)reading.Milliseconds, ++sequence & 0xff, [.. reading.Channels.Select(
            (c, i) => SparkplugWriter.Metric(null, (ulong)i, 0, (ulong)reading.Milliseconds).Float(c.Value))]);
    }

    /// <summary>A topic a channel, each payload an object of one number.</summary>
    public FormatTrack JsonByChannel()
    {
        var options = new PayloadOptions { Device = "topic[1]", Decode = "json", Channel = "topic[-1]", ValuePath = "value" };
        return ByChannel("JSON, {\"value\":23.4}", options, value => $"{{\"value\":{value}}}");
    }

    /// <summary>A topic a channel, each payload a number.</summary>
    public FormatTrack Scalar() => ByChannel(
        "scalar, 23.4", new PayloadOptions { Device = "topic[1]", Decode = "scalar" }, value => value);

    private static PayloadOptions Options(string decode, string? below) =>
        new() { Device = "topic[1]", Decode = decode, Time = "ts", ChannelsBelow = below };

    private FormatTrack Whole(string name, string decode, Func<byte[], byte[]> encode) =>
        new(name, Options(decode, decode == "senml" ? "" : "values"), _json.Select(j => new[] { new BenchMessage(Topic, encode(j)) }));

    private FormatTrack Track(string name, PayloadOptions options, Func<Reading, byte[]> encode) =>
        new(name, options, _readings.Select(r => new[] { new BenchMessage(Topic, encode(r)) }));

    private FormatTrack ByChannel(string name, PayloadOptions options, Func<string, string> encode)
    {
        byte[][] topics = [.. _names.Select(n => Encoding.UTF8.GetBytes($"plant/p7/{n}"))];
        return new FormatTrack(name, options, _readings.Select(r => r.Channels.Select(
            (c, i) => new BenchMessage(topics[i], Encoding.UTF8.GetBytes(encode(Text(c.Value))))).ToArray()));
    }

    private Reading Parse(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var reading = new Reading(
            document.RootElement.GetProperty("ts").GetInt64(),
            [.. document.RootElement.GetProperty("values").EnumerateObject().Select(c => (c.Name, c.Value.GetSingle()))]);
        if (_names is not null && !_names.SequenceEqual(reading.Channels.Select(c => c.Name)))
            throw new InvalidOperationException("a reading lacks a channel");
        return reading;
    }

    /// <summary>A pack of a record a channel, as senders write it who keep what is common in the first.</summary>
    private static byte[] SenMl(Reading reading, bool isNumbered)
    {
        var buffer = new MemoryStream();
        using (var pack = new Utf8JsonWriter(buffer))
        {
            pack.WriteStartArray();
            var isFirst = true;
            foreach (var (name, value) in reading.Channels)
            {
                pack.WriteStartObject();
                if (isFirst) pack.WriteNumber(isNumbered ? "-3" : "bt", reading.Milliseconds / 1000m);
                pack.WriteString(isNumbered ? "0" : "n", name);
                pack.WriteNumber(isNumbered ? "2" : "v", value);
                pack.WriteEndObject();
                isFirst = false;
            }
            pack.WriteEndArray();
        }
        return buffer.ToArray();
    }

    private static string Fields(Reading reading) => string.Join(
        ',', reading.Channels.Select(c => $"{c.Name.Replace(" ", "\\ ", StringComparison.Ordinal)}={Text(c.Value)}"));

    private static byte[] Pack(Reading reading)
    {
        var bytes = new byte[8 + 4 * reading.Channels.Count];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, reading.Milliseconds);
        for (var i = 0; i < reading.Channels.Count; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(8 + 4 * i), reading.Channels[i].Value);
        return bytes;
    }

    private static byte[] Zip(byte[] json)
    {
        var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal)) gzip.Write(json);
        return buffer.ToArray();
    }

    private static PackedType Type(string text) => PackedType.TryParse(text)!.Value;

    private static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);
}
