using System.Globalization;
using EdgeAgent.Pipeline.Formats;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Formats.Influx;

public class InfluxDecoderTests(ITestOutputHelper output)
{
    private const string Topic = "telegraf/host1/metrics";

    [Theory]
    [InlineData("m value=23.5 5000000000000000000", "@5000000000 value=23.5")]
    [InlineData("m,host=a value=1i,b=-2i,c=3u 1700000000", "@1700000000 value=1 b=-2 c=3")]
    [InlineData("m value=1 1700000000123", "@1700000000.123 value=1")]
    [InlineData("m value=1 100000000000001", "@100000000.000001 value=1")]
    [InlineData("m value=1 100000000120000000", "@100000000.12 value=1")]
    [InlineData("m value=1", "@100 value=1")]
    [InlineData("m a=t,b=True,c=FALSE,d=f", "@100 a=1 b=1 c=0 d=0")]
    [InlineData("m a=\"text, = and \\\" \n more\",b=1e3", "@100 b=1000")]
    [InlineData("m a=\"5.5\",b=1", "@100 a=5.5 b=1")]
    [InlineData("  # a comment a=1\n\nm b=1\r\n# another", "@100 b=1")]
    [InlineData("my\\ m\\,x,t\\,ag=v\\ al\\=ue fi\\ eld\\,\\=x=2", "@100 fi eld,=x=2")]
    [InlineData("m a=NaN,b=1", "@100 b=1")]
    public void A_line_brings_a_value_of_each_of_its_fields(string line, string expected) =>
        Assert.Equal(expected, FormatBench.Of("influx").TextOf(Topic, line));

    [Fact]
    public void Lines_of_one_time_are_one_reading_and_others_follow()
    {
        var decoder = FormatBench.Of("influx", s => (s.Device, s.Channel) = ("payload.tags.host", "payload.name"));
        const string Lines = """
            cpu,host=b,core=0 idle=90,user=7 1700000000
            mem,host=b used=5i 1700000000
            cpu,core=0,host=a idle=80 1700000000
            cpu,host=b idle=91 1700000001
            """;

        Assert.Equal(
            "b@1700000000 cpu.idle=90 cpu.user=7 mem.used=5\nb@1700000001 cpu.idle=91\na@1700000000 cpu.idle=80",
            decoder.TextOf(Topic, Lines));
        Assert.True(decoder.NamesDevices);
    }

    [Theory]
    [InlineData("{topic[1]}/{payload.name}", "m x=1", "host1/m@100 x=1")]
    [InlineData("payload.tags.a.b", "m,a.b=dev\\ 7 x=1", "dev 7@100 x=1")]
    [InlineData("payload.tags.host", "m,hosts=x x=1", "NoDevice")]
    public void Measurement_and_tags_name_the_device(string device, string line, string expected) =>
        Assert.Equal(expected, FormatBench.Of("influx", s => s.Device = device).TextOf(Topic, line));

    [Fact]
    public void A_channel_may_be_named_as_a_whole() =>
        Assert.Equal("@100 x of m=1", FormatBench.Of("influx", s => s.Channel = "{name} of {payload.name}").TextOf(Topic, "m x=1"));

    [Theory]
    [InlineData("fields.idle")]
    [InlineData("idle")]
    public void Only_listed_fields_are_taken(string path)
    {
        var decoder = FormatBench.Of("influx", s => (s.ChannelsBelow, s.Channels) = (null, [new() { Name = "cpu", Path = path }]));

        Assert.Equal("@100 cpu=90", decoder.TextOf(Topic, "cpu idle=90,user=7"));
        Assert.Equal("@100 cpu=1", decoder.TextOf(Topic, "cpu idle=\"on\""));
        Assert.Equal(DecodeFailure.NotTelemetry, decoder.Decode(Topic, "mem used=1"));
        Assert.Equal(["cpu"], decoder.Channels.Current.Names);
    }

    [Theory]
    [InlineData("", DecodeFailure.Empty)]
    [InlineData("# nothing", DecodeFailure.Empty)]
    [InlineData("m", DecodeFailure.BadLine)]
    [InlineData("m ", DecodeFailure.BadLine)]
    [InlineData(",a=b x=1", DecodeFailure.BadLine)]
    [InlineData("m x", DecodeFailure.BadLine)]
    [InlineData("m x=", DecodeFailure.BadLine)]
    [InlineData("m x=1,", DecodeFailure.BadLine)]
    [InlineData("m x=1,y", DecodeFailure.BadLine)]
    [InlineData("m x=\"open", DecodeFailure.BadLine)]
    [InlineData("m x=\"a\"b", DecodeFailure.BadLine)]
    [InlineData("m x=1.5i", DecodeFailure.BadLine)]
    [InlineData("m x=i", DecodeFailure.BadLine)]
    [InlineData("m x=trues", DecodeFailure.BadLine)]
    [InlineData("m x=abc", DecodeFailure.BadLine)]
    [InlineData("m x=1\nm", DecodeFailure.BadLine)]
    [InlineData("{\"a\": 1}", DecodeFailure.BadLine)]
    [InlineData("m x=1 now", DecodeFailure.BadTime)]
    [InlineData("m x=1 1.5", DecodeFailure.BadTime)]
    [InlineData("m x=1 99999999999999999999", DecodeFailure.BadTime)]
    [InlineData("m x=\"text\"", DecodeFailure.OnlyTexts)]
    [InlineData("m x=1e300", DecodeFailure.NoChannels)]
    internal void Each_failure_has_its_name(string payload, DecodeFailure expected) =>
        Assert.Equal(expected, FormatBench.Of("influx").Decode(Topic, payload));

    [Fact]
    public void Random_lines_are_read_as_they_were_written()
    {
        var random = new Random(11);
        for (var round = 0; round < 500; round++)
        {
            var decoder = FormatBench.Of("influx", s => s.Device = "payload.tags.id");
            var device = Name(random);
            var fields = Enumerable.Range(0, random.Next(1, 6))
                .Select(i => (Name: Name(random) + i, Value: random.Next(-999, 999) / 8f)).ToList();
            var time = random.NextInt64(1_600_000_000_000_000_000, 1_800_000_000_000_000_000) / 100 * 100;
            var text = string.Join(',', fields.Select(f => $"{Escaped(f.Name)}={f.Value.ToString(CultureInfo.InvariantCulture)}"));
            var line = $"{Escaped(Name(random))},zone=x,id={Escaped(device)} {text} {time}";

            Assert.Equal(DecodeFailure.None, decoder.Decode(Topic, line));
            Assert.Equal(device, decoder.DeviceName);
            Assert.Equal(DateTime.UnixEpoch.Ticks + time / 100, decoder.TimeTicks);
            Assert.Equal(fields.Select(f => f.Name), decoder.Channels.Current.Names);
            Assert.Equal(fields.Select(f => f.Value), decoder.Values.ToArray());
        }
    }

    [Fact]
    public void Damage_throws_nothing_and_a_cut_line_is_read_or_refused()
    {
        var decoder = FormatBench.Of("influx", s => s.Device = "payload.tags.h");
        var lines = "m,h=a x=1,y=\"q\\\"\" 1700000000\nn\\ o,h=b z=2i 1700000000"u8.ToArray();

        decoder.Fuzz(Seed.Take(output), Topic, lines, "m,h=c x=t"u8.ToArray());

        Assert.Contains(DecodeFailure.BadLine, decoder.Truncate(Topic, lines));
    }

    [Fact]
    public void It_allocates_nothing() =>
        FormatBench.Of("influx", s => (s.Device, s.Channel) = ("{topic[0]}/{payload.tags.host}", "payload.name")).AssertAllocatesNothing(
            Topic, "cpu,host=a\\ b,core=0 idle=90.5,on=true,n=5i,s=\"text\" 1700000000123456789\nmem,host=b used=1 1700000000"u8.ToArray());

    private static string Name(Random random) =>
        new([.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => "ab =,é/.-"[random.Next(9)])]);

    private static string Escaped(string name) =>
        string.Concat(name.Select(c => c is ',' or ' ' or '=' ? $"\\{c}" : $"{c}"));
}
