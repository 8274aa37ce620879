using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats;

public class QualityTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", true)]
    [InlineData("\"Good, non-specific\"", true)]
    [InlineData("\"Bad\"", false)]
    [InlineData("192", true)]
    [InlineData("216", true)]
    [InlineData("24", false)]
    [InlineData("\"192\"", true)]
    [InlineData("\"24\"", false)]
    [InlineData("0", true)]
    [InlineData("\"0\"", true)]
    [InlineData("2147483648", false)]
    [InlineData("1073741824", false)]
    [InlineData("9830400", true)]
    [InlineData("-2147483648", false)]
    [InlineData("500", false)]
    public void A_quality_is_read_as_the_two_standards_write_it(string quality, bool isGood) =>
        Assert.Equal(isGood, IsGood(Bench(QualityCodes.Auto), quality));

    [Theory]
    [InlineData("192")]
    [InlineData("24")]
    [InlineData("\"192\"")]
    public void Zero_is_bad_once_the_source_has_shown_a_code_of_OPC_DA(string code)
    {
        var bench = Bench(QualityCodes.Auto);
        Assert.True(IsGood(bench, "0"));
        Assert.False(bench.Notes.TryTakeOpcDaQuality());

        IsGood(bench, code);

        Assert.False(IsGood(bench, "0"));
        Assert.False(IsGood(bench, "\"0\""));
        Assert.True(bench.Notes.TryTakeOpcDaQuality());
        Assert.False(bench.Notes.TryTakeOpcDaQuality());
    }

    [Fact]
    public void A_source_may_say_outright_what_its_codes_are()
    {
        var da = Bench(QualityCodes.OpcDa);
        Assert.False(IsGood(da, "0"));
        Assert.True(IsGood(da, "192"));
        Assert.True(IsGood(da, "448"));
        Assert.False(da.Notes.TryTakeOpcDaQuality());

        var ua = Bench(QualityCodes.OpcUa);
        IsGood(ua, "192");
        Assert.True(IsGood(ua, "0"));
        Assert.False(IsGood(ua, "2147483648"));
    }

    private static DecoderBench Bench(QualityCodes codes) => new(new PayloadOptions
    {
        Channels = [new() { Name = "v" }], Quality = new QualityOptions { Path = "q", Codes = codes },
    });

    private static bool IsGood(DecoderBench bench, string quality)
    {
        var failure = bench.Decode($$"""{"v":1,"q":{{quality}}}""");
        Assert.True(failure is DecodeFailure.None or DecodeFailure.NoUsableValue, failure.ToString());
        return failure == DecodeFailure.None;
    }
}
