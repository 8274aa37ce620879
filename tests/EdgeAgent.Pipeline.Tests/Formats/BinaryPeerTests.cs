using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats;

/// <summary>Against libraries of CBOR and MessagePack that programs use, each in all the forms that it writes.</summary>
public class BinaryPeerTests
{
    private static readonly Lazy<IReadOnlyList<Sent>> All = new(() =>
    {
        Assert.True(
            Directory.Exists(Repository.File("tests/senders/node_modules")), "needs nodejs, and run: npm ci --prefix tests/senders");
        var lines = ProgramRun.ToEnd("node", Repository.File("tests/senders/binary.js")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(l => l.Split(' ')).Select(p =>
            new Sent(p[0], p[1], p[2], Convert.FromBase64String(p[3]), Convert.FromBase64String(p[4])))];
    });

    /// <summary>A document as a library writes it, and as JSON.</summary>
    private sealed record Sent(string Format, string Encoder, string Document, byte[] Payload, byte[] Json);

    [Theory]
    [InlineData("cbor", 9)]
    [InlineData("msgpack", 5)]
    public void What_other_encoders_wrote_is_read_as_its_JSON(string format, int encoders)
    {
        var sent = All.Value.Where(s => s.Format == format).ToList();

        Assert.Equal(encoders, sent.Select(s => s.Encoder).Distinct().Count());
        Assert.All(sent, s => Assert.Equal(Read(s, "json", s.Json), Read(s, format, s.Payload)));
    }

    [Fact]
    public void What_other_encoders_wrote_is_recognised() =>
        Assert.All(All.Value, s => Assert.Equal(Read(s, "json", s.Json), Read(s, PayloadDecoders.Auto, s.Payload)));

    [Theory]
    [InlineData("whole", "p7@1700000000 b16=40000 b32=3E+09 b40=1.0995116E+12 b5=23 b53=9.007199E+15 b60=1.1529215E+18 b8=200 "
        + "n16=-30000 n32=-3E+09 n40=-1.0995116E+12 n5=-1 n53=-9.007199E+15 n60=-1.1529215E+18 n8=-100 zero=0")]
    [InlineData("real", "p7@1700000000.25 double=23.4 half=1.5 large=1E+30 least=5.9604645E-08 minus=-0.1 single=23.4 text=12.5")]
    [InlineData("missing", "p7@1700000000 a=1")]
    [InlineData("nested", "p7@1700000000 motor.current=1 motor.temperature.in=20.5 motor.temperature.out=-3 single=7")]
    [InlineData("list", "p7@1700000000 a=1\np7@1700000001 a=2.5")]
    [InlineData("bigs", "p7@1700000000 above=1.2345679E+19 below=-5 least=-9.223372E+18 small=7")]
    [InlineData("beyond", "p7@1700000000 above=1.1805916E+21 b64=1.8446744E+19 below=-1.1805916E+21")]
    [InlineData("maps", "p7@1700000000 a=1 b=2.5")]
    [InlineData("samples-Float64Array", "p7@1699999999.8 x=1.1\np7@1699999999.9\np7@1700000000 x=3")]
    [InlineData("samples-Uint8Array", "p7@1699999999.9 x=49\np7@1700000000 x=50")]
    public void The_values_are_those_that_were_sent(string document, string read)
    {
        var sent = All.Value.Where(s => s.Document == document).ToList();

        Assert.NotEmpty(sent);
        Assert.All(sent, s => Assert.Equal(read, Read(s, s.Format, s.Payload)));
    }

    /// <summary>The readings, or why there are none; the channels sorted, for some encoders sort them.</summary>
    private static string Read(Sent sent, string format, byte[] payload)
    {
        var decoder = FormatBench.Of(format, s =>
        {
            (s.Device, s.Time, s.ChannelsBelow) = ("payload.id", "ts", "values");
            if (sent.Document.StartsWith("samples", StringComparison.Ordinal)) s.SampleRate = 10;
        });
        return string.Join('\n', decoder.TextOf("plant/p7", payload).Split('\n').Select(Sorted));
    }

    private static string Sorted(string line)
    {
        var words = line.Split(' ');
        return string.Join(' ', words[..1].Concat(words.Skip(1).OrderBy(w => w.Split('=')[0], StringComparer.Ordinal)));
    }
}
