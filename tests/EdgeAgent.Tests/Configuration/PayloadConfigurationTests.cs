using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Tests.Configuration;

/// <summary>How a source says what its payloads look like.</summary>
public class PayloadConfigurationTests
{
    [Fact]
    public void A_source_that_says_nothing_takes_every_number()
    {
        var source = Source("");
        Assert.Equal(("topic", "", null, null), (source.Device, source.ChannelsBelow, source.Rows, source.Time));
    }

    [Fact]
    public void A_preset_counts_where_the_source_says_nothing_itself()
    {
        var source = Source("preset = \"kepware\"\ndevice = \"topic[1]\"\ntime = \"$.timestamp\"");
        Assert.Equal(("values[*]", "id", "v", "q"), (source.Rows, source.NamePath, source.ValuePath, source.Quality!.Path));
        Assert.Equal(("topic[1]", "$.timestamp", null), (source.Device, source.Time, source.ChannelsBelow));
    }

    [Fact]
    public void Every_preset_loads()
    {
        foreach (var preset in Presets.Names)
            Assert.Equal(Presets.Find(preset)!.Device, Source($"preset = \"{preset}\"").Device);
    }

    [Fact]
    public void Rows_names_values_and_qualities_have_paths()
    {
        var source = Source("""
            device = "{topic[0]}/{payload.unit}"
            channel = "topic[-1]"
            rows = "Messages[*].Payload.*"
            name = '"a.b".name'
            value = "Value | Value.Body"
            quality = { path = "status", good = ["Good", 192, true] }
            """);
        Assert.Equal(("{topic[0]}/{payload.unit}", "topic[-1]"), (source.Device, source.Channel));
        Assert.Equal(("Messages[*].Payload.*", "\"a.b\".name", "Value | Value.Body"), (source.Rows, source.NamePath, source.ValuePath));
        Assert.Equal("status", source.Quality!.Path);
        Assert.Equal(["Good", "192", "true"], source.Quality.Good);
    }

    [Theory]
    [InlineData("quality = \"q\"", QualityCodes.Auto)]
    [InlineData("quality = { path = \"q\", codes = \"opc-da\" }", QualityCodes.OpcDa)]
    [InlineData("quality = { path = \"q\", codes = \"opc-ua\" }", QualityCodes.OpcUa)]
    public void What_numbers_say_of_quality_may_be_said(string written, QualityCodes expected)
    {
        var source = Source(written);
        Assert.Equal(("q", expected), (source.Quality!.Path, source.Quality.Codes));
    }

    [Fact]
    public void Values_are_renamed_and_converted()
    {
        var source = Source("""
            decimal_comma = true
            strip_units = true
            words = { open = 1, closed = 0 }
            rename = { "ch1.dev1.temp" = "temperature", T = "temperature" }
            convert = { T = { from = "°F", to = "°C" }, p = { from = [4, 20], to = [0, 10] }, raw = { scale = 0.1, offset = -40 } }
            """);
        Assert.True(source is { HasDecimalComma: true, StripsUnits: true });
        Assert.Equal((1, 0), (source.Words["open"], source.Words["closed"]));
        Assert.Equal("temperature", source.Conversions["ch1.dev1.temp"].To);
        Assert.Equal("temperature", source.Conversions["T"].To);
        Assert.Equal(100, 212 * source.Conversions["T"].Scale + source.Conversions["T"].Offset, 9);
        Assert.Equal(5, 12 * source.Conversions["p"].Scale + source.Conversions["p"].Offset, 9);
        Assert.Equal((0.1, -40.0), (source.Conversions["raw"].Scale, source.Conversions["raw"].Offset));
    }

    [Fact]
    public void A_listed_channel_is_converted_as_well()
    {
        var source = Source("""channels = [{ name = "temperature", path = "t_f", from = "°F", to = "°C", max = 200 }]""");
        Assert.Equal(100, 212 * source.Channels[0].Scale + source.Channels[0].Offset, 9);
    }

    [Fact]
    public void Readings_of_the_past_are_judged_unless_the_source_skips_them()
    {
        Assert.False(Source("").History.IsSkipped);
        var history = Source("history = \"skip\"\nhistory_age = \"2h\"").History;
        Assert.Equal((true, TimeSpan.FromHours(2)), (history.IsSkipped, history.Age));
    }

    [Theory]
    [InlineData("history = \"no\"", "is \"no\"", "\"judge\" or \"skip\"")]
    [InlineData("history_age = \"1h\"", "those are judged like any other", "add history = \"skip\"")]
    [InlineData("preset = \"kepwar\"", "is \"kepwar\"", "did you mean \"kepware\"?")]
    [InlineData("device = \"payload.\"", "is \"payload.\"", "\"payload.PATH\"")]
    [InlineData("device = \"{topic[0]\"", "is \"{topic[0]\"", "places in braces")]
    [InlineData("device = \"{topc[0]}\"", "is \"{topc[0]}\"", "places in braces")]
    [InlineData("channel = \"pump\"", "is \"pump\"", "\"topic\"")]
    [InlineData("rows = \"values[\"", "is \"values[\"", "a path in the payload")]
    [InlineData("rows = \"values[x]\"", "is \"values[x]\"", "a path in the payload")]
    [InlineData("name = \"id\"", "nothing says where the value does", "add value")]
    [InlineData("quality = { path = \"q\", good = [1.5] }", "is 1.5", "texts and whole numbers")]
    [InlineData("quality = { path = \"q\", codes = \"opc\" }", "is \"opc\"", "opc-da")]
    [InlineData("convert = { T = 3 }", "is 3", "{ from =")]
    [InlineData("convert = { T = { from = \"°F\", to = \"bar\" } }", "is \"°F\"", "a unit that can become \"bar\"")]
    [InlineData("convert = { T = { from = \"°X\", to = \"bar\" } }", "is \"°X\"", "a unit that is known")]
    [InlineData("convert = { T = { from = \"°F\" } }", "nothing says what it becomes", "add to")]
    [InlineData("convert = { T = { from = [4, 4], to = [0, 1] } }", "is a list", "{ from =")]
    [InlineData("words = { on = \"1\" }", "is \"1\"", "a number")]
    [InlineData("rename = { a = 1 }", "is 1", "a text in quotes")]
    public void What_is_wrong_is_told(string written, string problem, string remedy)
    {
        using var configuration = With(written);
        var error = Assert.Single(configuration.Load().Errors);
        Assert.Equal(4, error.Line);
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
    }

    private static SourceOptions Source(string written)
    {
        using var configuration = With(written);
        var loaded = configuration.Load();
        Assert.Empty(loaded.Errors);
        return Assert.Single(loaded.Options!.Sources);
    }

    private static TestConfiguration With(string written) => new(
        $"[upstream]\nmqtt = {{ url = \"mqtt://hub\" }}\n[sources.s]\n{written}\nmqtt = {{ url = \"mqtt://x\", topics = [\"a/b/c\"] }}\n");
}
