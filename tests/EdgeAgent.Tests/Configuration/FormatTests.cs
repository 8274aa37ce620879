using EdgeAgent.Configuration;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Packed;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Tests.Configuration;

/// <summary>What sources of other formats than JSON take, and what goes with none of them.</summary>
public class FormatTests
{
    private const string P = "decode = \"packed\"\npacked = { ";

    [Theory]
    [InlineData("scalar")]
    [InlineData("influx")]
    [InlineData("sparkplug-b")]
    [InlineData("senml")]
    public void Formats_without_nesting_take_every_channel_unless_some_are_listed(string format)
    {
        var all = Source($"decode = \"{format}\"");
        var listed = Source($"decode = \"{format}\"\nchannels = [\"a\"]");

        Assert.Equal((format, "", 0), (all.Decode, all.ChannelsBelow, all.Channels.Count));
        Assert.Equal((null, "a"), (listed.ChannelsBelow, Assert.Single(listed.Channels).Name));
        Assert.False(all.RequestsBirths);
    }

    [Fact]
    public void A_line_of_values_has_columns() =>
        Assert.Equal(["a", "", "b"], Source("decode = \"csv\"\ncolumns = [\"a\", \"\", \"b\"]").Columns);

    [Fact]
    public void A_source_may_ask_Sparkplug_nodes_for_their_births() =>
        Assert.True(Source("decode = \"sparkplug-b\"\nrebirth = true").RequestsBirths);

    [Fact]
    public void Fields_of_frames_are_channels_with_their_conversion()
    {
        var source = Source(
            """
            decode = "packed"
            sample_rate = "100Hz"
            [sources.s.packed]
            skip = 8
            frame = 7
            time = { at = 0, type = "u64be", unit = "ms" }
            fields = [
                { name = "p", at = 0, type = "f32cdab", scale = 0.1, offset = -4, unit = "bar", min = 0, max = 16 },
                { name = "state", at = 4, type = "u16le", bits = "4-7" }, { name = "on", at = 6, type = "u8", bits = 3 },
            ]
            """);
        var packed = source.Packed!;

        Assert.Equal((8, 7, null), (packed.HeaderBytes, packed.Frame, packed.In));
        Assert.Equal(
            [
                new PackedField { Name = "p", At = 0, Type = Type("f32cdab") },
                new PackedField { Name = "state", At = 4, Type = Type("u16le"), FirstBit = 4, Bits = 4 },
                new PackedField { Name = "on", At = 6, Type = Type("u8"), FirstBit = 3, Bits = 1 },
            ],
            packed.Fields);
        Assert.Equal(new PackedTime { At = 0, Type = Type("u64be"), UnitTicks = 10_000 }, packed.Time);
        var channel = source.Channels[0];
        Assert.Equal(("p", 0.1, -4, "bar", 0, 16), (channel.Name, channel.Scale, channel.Offset, channel.Unit, channel.Min, channel.Max));
        Assert.Equal(["p", "state", "on"], source.Channels.Select(c => c.Name));
    }

    [Fact]
    public void Frames_may_be_text_in_JSON_that_names_device_and_time()
    {
        var source = Source(
            """
            decode = "packed"
            device = "payload.dev_eui"
            time = "rx.at"
            packed = { in = "frm_payload", encoding = "hex", fields = [{ name = "p", at = 0, type = "u8" }] }
            """);

        Assert.Equal(("frm_payload", PackedText.Hex, "rx.at"), (source.Packed!.In, source.Packed.Encoding, source.Time));
    }

    [Theory]
    [InlineData("decode = \"scaler\"", "`sources.s.decode` is \"scaler\"", "did you mean \"scalar\"?")]
    [InlineData("decode = \"packed\"", "`sources.s.packed` is needed", "write, for example, packed = {")]
    [InlineData("decode = \"packed\"\npacked = {}", "`sources.s.packed.fields` is needed", "fields = [{ name = ")]
    [InlineData(P + "fields = [] }", "fields` is a list", "a list of tables { name, at, type")]
    [InlineData(P + "fields = [{ name = \"a\", at = 0, type = \"f16be\" }] }", "type` is \"f16be\"", "as in \"f32be\"")]
    [InlineData(P + "fields = [{ name = \"a\", at = 0, type = \"u16\" }] }", "type` is \"u16\"", "be or le behind")]
    [InlineData(P + "fields = [{ name = \"a\", type = \"u8\" }] }", "fields[0].at` is needed", "counted from 0")]
    [InlineData(P + "fields = [{ name = \"a\", at = -1, type = \"u8\" }] }", "fields[0].at` is -1", "from 0")]
    [InlineData(P + "fields = [{ name = \"a\", at = 0, type = \"u8\", bits = \"8\" }] }", "bits` is \"8\"", "to 7")]
    [InlineData(P + "fields = [{ name = \"a\", at = 0, type = \"u8\", bits = \"5-4\" }] }", "is \"5-4\"", "\"4-7\"")]
    [InlineData(P + "fields = [{ name = \"a\", at = 0, type = \"f32be\", bits = 1 }] }", "bits` is 1", "whole number")]
    [InlineData(P + "frame = 2, fields = [{ name = \"a\", at = 0, type = \"u8\" }] }",
        "frame` makes several readings", "sample_rate, as in \"100Hz\"")]
    [InlineData("decode = \"packed\"\nsample_rate = \"1Hz\"\npacked = { frame = 2, fields = [{ name = \"a\", at = 1, type = \"u16be\" }] }",
        "frame` is 2, but \"a\" ends at byte 3", "from its first to its last")]
    [InlineData(P + "frame = 2, time = { at = 0, type = \"u32be\" }, fields = [{ name = \"a\", at = 1, type = \"u8\" }] }",
        "frame` is 2, but the time ends at byte 4", "a time of its own")]
    [InlineData("decode = \"packed\"\nchannels = \"*\"\npacked = { fields = [{ name = \"a\", at = 0, type = \"u8\" }] }",
        "`sources.s.channels` does not go with", "packed.fields are the channels")]
    [InlineData(P + "encoding = \"hex\", fields = [{ name = \"a\", at = 0, type = \"u8\" }] }",
        "encoding` is for frames that are text", "`in`")]
    [InlineData("decode = \"packed\"\ntime = \"t\"\npacked = { fields = [{ name = \"a\", at = 0, type = \"u8\" }] }",
        "`sources.s.time` is a path, but the payload is binary", "packed.time = {")]
    [InlineData("decode = \"packed\"\ndevice = \"payload.id\"\npacked = { fields = [{ name = \"a\", at = 0, type = \"u8\" }] }",
        "have no such place", "only the topic has names")]
    [InlineData("decode = \"scalar\"\ntime = \"t\"", "`sources.s.time` is a path, but decode = \"scalar\" has none", "time of arrival")]
    [InlineData("decode = \"scalar\"\ndevice = \"payload.id\"", "`sources.s.device` is \"payload.id\"", "only the topic has names")]
    [InlineData("decode = \"senml\"\ndevice = \"payload.id\"", "have no such place", "payload.bn")]
    [InlineData("decode = \"influx\"\ndevice = \"payload.host\"", "have no such place", "\"payload.tags.host\"")]
    [InlineData("decode = \"csv\"", "`sources.s.columns` is needed", "columns = [")]
    [InlineData("decode = \"csv\"\ncolumns = [1]", "`sources.s.columns` is a list", "texts")]
    [InlineData("decode = \"csv\"\ncolumns = [\"a\", \"a\"]", "names the channel \"a\" twice", "a name of its own")]
    [InlineData("decode = \"csv\"\ncolumns = [\"a\"]\ndevice = \"payload.id\"", "have no such place", "only the topic has names")]
    [InlineData("columns = [\"a\"]", "`sources.s.columns` is for lines of values", "decode = \"csv\"")]
    [InlineData("decode = \"influx\"\ndevice = \"row.id\"", "have no such place", "\"payload.tags.host\"")]
    [InlineData("decode = \"senml\"\ndevice = \"payload.id\"", "`sources.s.device` is \"payload.id\"", "payload.bn, payload.n, payload.u")]
    [InlineData("decode = \"senml\"\nchannel = \"key\"", "`sources.s.channel` is \"key\"", "payload.bn")]
    [InlineData("decode = \"senml\"\ntime = \"t\"", "`sources.s.time` is a path", "where the format says")]
    [InlineData("decode = \"senml\"\ntime = { counter = \"up\", unit = \"ms\" }", "`sources.s.time` is a path", "where the format says")]
    [InlineData("decode = \"senml\"\nrows = \"a[*]\"", "`sources.s.rows` is a path", "leave it out")]
    [InlineData("decode = \"senml\"\nvalue = \"v\"", "`sources.s.value` is a path", "leave it out")]
    [InlineData("decode = \"senml\"\nquality = { path = \"q\" }", "`sources.s.quality` is a path", "leave it out")]
    [InlineData("decode = \"influx\"\nrows = \"a[*]\"", "`sources.s.rows` is a path", "leave it out")]
    [InlineData("decode = \"scalar\"\npreset = \"tasmota\"\ntime = \"Time\"", "`sources.s.time` is a path", "time of arrival")]
    [InlineData("decode = \"senml\"\npreset = \"chirpstack\"", "preset's device is \"payload.deviceInfo.devEui\"", "give device: a record")]
    [InlineData("rows = \"*.*.*.*.*.*.*.*.*\"", "has more than 8 `*`", "stay the same")]
    [InlineData("rows = \"*.*\"\ndevice = \"key[8]\"", "asks for a key beyond the 8", "key[0] to key[7]")]
    [InlineData("device = \"{payload.a}{payload.b}{payload.c}{payload.d}{payload.e}{payload.f}{payload.g}{payload.h}{payload.i}\"",
        "`sources.s.device` makes device and channel of more than 8 places", "fewer places")]
    [InlineData("device = \"{payload.a}{payload.b}{payload.c}{payload.d}\"\nchannel = \"{payload.e}{payload.f}{payload.g}{row.h}{row.i}\"",
        "`sources.s.channel` makes device and channel of more than 8 places", "fewer places")]
    [InlineData("channels = \"*\"\nrebirth = true", "`sources.s.rebirth` is for Sparkplug", "decode = \"sparkplug-b\"")]
    [InlineData("channels = \"*\"\npacked = {}", "`sources.s.packed` is for binary payloads", "decode = \"packed\"")]
    public void What_a_format_does_not_have_is_told(string keys, string problem, string remedy)
    {
        using var configuration = new TestConfiguration(Text(keys));

        var error = Assert.Single(configuration.Load().Errors);
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Remedy!, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> PresetsAndFormats()
    {
        var all = new TheoryData<string, string>();
        foreach (var preset in Presets.Names)
            foreach (var format in PayloadDecoders.Names) all.Add(preset, format);
        return all;
    }

    [Theory]
    [MemberData(nameof(PresetsAndFormats))]
    public void Every_preset_goes_with_a_format_or_is_told_what_does_not(string preset, string format)
    {
        const string Fields = "fields = [{ name = \"p\", at = 0, type = \"u8\" }]";
        string[] rests =
        [
            "", "columns = [\"a\"]", "time = \"at\"", "packed = { " + Fields + " }", "packed = { in = \"data\", " + Fields + " }",
        ];
        foreach (var rest in rests)
        {
            using var configuration = new TestConfiguration(Text($"preset = \"{preset}\"\ndecode = \"{format}\"\n{rest}"));
            var result = configuration.Load();
            if (result.Options is not { } options)
            {
                Assert.NotEmpty(result.Errors);
                continue;
            }
            // What passes the check can be decoded, too.
            var source = Assert.Single(options.Sources);
            PayloadDecoders.Of(source, new ChannelTable(source));
        }
    }

    [Fact]
    public void Of_a_preset_counts_what_payloads_of_the_format_have()
    {
        var scalar = Source("preset = \"tasmota\"\ndecode = \"scalar\"");
        var lines = Source("preset = \"kepware\"\ndecode = \"influx\"");
        var frames = Source(
            "preset = \"chirpstack\"\ndecode = \"packed\"\npacked = { in = \"data\", fields = [{ name = \"p\", at = 0, type = \"u8\" }] }");

        Assert.Equal(("topic[1]", null, ""), (scalar.Device, scalar.Time, scalar.ChannelsBelow));
        Assert.Equal((null, null, null, null, ""), (lines.Rows, lines.NamePath, lines.ValuePath, lines.Quality, lines.ChannelsBelow));
        Assert.Equal(("payload.deviceInfo.devEui", "time", null), (frames.Device, frames.Time, frames.ChannelsBelow));
    }

    [Theory]
    [InlineData("payload.tags.host")]
    [InlineData("{topic[0]}/{payload.name}")]
    public void A_line_names_its_device_by_measurement_and_tags(string device) =>
        Assert.Equal(device, Source($"decode = \"influx\"\ndevice = \"{device}\"").Device);

    private static PackedType Type(string text) => PackedType.TryParse(text)!.Value;

    private static SourceOptions Source(string keys)
    {
        using var configuration = new TestConfiguration(Text(keys));
        var result = configuration.Load();
        Assert.Empty(result.Errors);
        return Assert.Single(result.Options!.Sources);
    }

    private static string Text(string keys) => $$"""
        [agent]
        site = "a"
        [upstream]
        mqtt = { url = "mqtt://127.0.0.1:1883" }
        [sources.s]
        mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["a/b/c/d"] }
        {{keys}}
        """;
}
