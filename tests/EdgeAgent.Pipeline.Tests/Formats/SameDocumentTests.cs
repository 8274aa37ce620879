using System.Buffers;
using System.Text.Json;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Formats;

/// <summary>A document means the same in every encoding.</summary>
public class SameDocumentTests(ITestOutputHelper output)
{
    private static readonly string[] Names =
    [
        "a", "b", "pr\u00e9ssure", "a.b", "7", "-3", "v", "n", "list", "温度", "q", "long name of a channel that is no short text",
    ];

    public static TheoryData<string, string> Layouts => new()
    {
        { "below", "cbor" }, { "below", "indefinite" }, { "below", "msgpack" },
        { "rows", "cbor" }, { "rows", "indefinite" }, { "rows", "msgpack" },
        { "listed", "cbor" }, { "listed", "indefinite" }, { "listed", "msgpack" },
        { "blocks", "cbor" }, { "blocks", "indefinite" }, { "blocks", "msgpack" },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Random_documents_give_the_same_rows_in_every_encoding(string layout, string encoding)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var json = new DecoderBench(Some.Source(s => Set(s, layout)));
        var other = new DecoderBench(Some.Source(s =>
        {
            Set(s, layout);
            s.Decode = encoding == "msgpack" ? "msgpack" : "cbor";
        }));
        var read = 0;
        for (var round = 0; round < 2_000; round++)
        {
            var document = Document(random);
            var failure = json.Decode(document, 0);
            var repacked = encoding == "msgpack" ? Repacked.MessagePack(document) : Repacked.Cbor(document, encoding == "indefinite");
            var same = other.Decode(repacked, 0);
            var text = System.Text.Encoding.UTF8.GetString(document);
            Assert.True(failure == same, $"{failure}, {same}: {text}");
            if (failure != DecodeFailure.None) continue;
            read++;
            Assert.True(json.Text == other.Text, $"{json.Text}\n{other.Text}\n{text}");
        }
        Assert.True(read > 100, $"only {read} documents had a reading");
    }

    private static void Set(SourceOptions source, string layout)
    {
        source.ChannelLimit = 10_000;
        switch (layout)
        {
            case "rows":
                (source.Rows, source.NamePath, source.ValuePath, source.ChannelsBelow) = ("rows[*]", "n", "v", null);
                (source.Device, source.Time) = ("{payload.id}/{row.a}", "$.ts");
                source.Quality = new QualityOptions { Path = "q" };
                break;
            case "listed":
                source.ChannelsBelow = null;
                source.Channels = [.. Names.Select(n => new ChannelOptions { Name = n, Path = $"values.\"{n}\"" })];
                break;
            case "blocks":
                (source.SampleRate, source.ChannelsBelow) = (100, "blocks");
                break;
        }
    }

    private static byte[] Document(Random random)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (random.Next(20) > 0) WriteTime(json, random);
            json.WriteString("id", "pump");
            json.WritePropertyName("values");
            WriteObject(json, random, depth: 0);
            json.WriteStartArray("rows");
            for (var rows = random.Next(4); rows > 0; rows--)
            {
                json.WriteStartObject();
                json.WriteString("n", Names[random.Next(Names.Length)]);
                json.WriteString("a", "x");
                json.WritePropertyName("v");
                WriteValue(json, random, depth: 2);
                if (random.Next(2) == 0) json.WriteNumber("q", random.Next(2) * 192);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartObject("blocks");
            foreach (var name in Names.Take(random.Next(1, 3))) WriteSamples(json, random, name, count: 20);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteTime(Utf8JsonWriter json, Random random)
    {
        json.WritePropertyName("ts");
        switch (random.Next(4))
        {
            case 0: json.WriteNumberValue(random.Next()); break;
            case 1: json.WriteNumberValue(1_700_000_000_000 + random.Next()); break;
            case 2: json.WriteNumberValue(random.Next() + 0.25); break;
            default: json.WriteStringValue(DateTime.UnixEpoch.AddSeconds(random.Next())); break;
        }
    }

    private static void WriteObject(Utf8JsonWriter json, Random random, int depth)
    {
        json.WriteStartObject();
        foreach (var name in random.GetItems(Names, random.Next(6)).Distinct())
        {
            json.WritePropertyName(name);
            WriteValue(json, random, depth + 1);
        }
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, Random random, int depth)
    {
        switch (random.Next(12))
        {
            case 0: json.WriteNullValue(); break;
            case 1: json.WriteBooleanValue(random.Next(2) == 0); break;
            case 2: json.WriteStringValue($"{random.Next(100)}.5"); break;
            case 3: json.WriteStringValue(Names[random.Next(Names.Length)]); break;
            case 4: json.WriteNumberValue(random.NextInt64(long.MinValue, long.MaxValue)); break;
            case 5: json.WriteNumberValue(random.Next(-200, 200)); break;
            case 6: json.WriteNumberValue(random.Next(int.MinValue, int.MaxValue)); break;
            case 7: json.WriteNumberValue((double)BitConverter.Int32BitsToSingle(random.Next(0x7f800000))); break;
            case 8 when depth < 4: WriteObject(json, random, depth); break;
            case 9 when depth < 4:
                json.WriteStartArray();
                for (var left = random.Next(3); left > 0; left--) WriteValue(json, random, depth + 1);
                json.WriteEndArray();
                break;
            default: json.WriteNumberValue(MathF.Round(random.NextSingle() * 100, 2)); break;
        }
    }

    private static void WriteSamples(Utf8JsonWriter json, Random random, string name, int count)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < count; i++)
        {
            if (random.Next(50) == 0) json.WriteNullValue();
            else json.WriteNumberValue(random.NextSingle());
        }
        json.WriteEndArray();
    }
}
