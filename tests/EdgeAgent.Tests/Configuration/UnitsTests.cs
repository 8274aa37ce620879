using EdgeAgent.Configuration;

namespace EdgeAgent.Tests.Configuration;

public class UnitsTests
{
    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("10s", 10_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("5m", 300_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("7 d", 604_800_000)]
    [InlineData("0s", 0)]
    public void A_duration_has_a_unit(string text, double milliseconds)
        => Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Units.Duration(text));

    [Theory]
    [InlineData("64MiB", 64L << 20)]
    [InlineData("256KiB", 256L << 10)]
    [InlineData("1GiB", 1L << 30)]
    [InlineData("0.5GiB", 1L << 29)]
    [InlineData("10MB", 10_000_000L)]
    [InlineData("512B", 512L)]
    public void A_size_has_a_unit(string text, long bytes) => Assert.Equal(bytes, Units.Size(text));

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1.2.3s")]
    [InlineData("1e3s")]
    [InlineData("10 sec")]
    [InlineData("5M")]
    [InlineData("99999999999999999999999999999999999s")]
    [InlineData("4000d")]
    public void What_is_no_duration_is_refused(string text) => Assert.Null(Units.Duration(text));

    [Theory]
    [InlineData("64")]
    [InlineData("64mib")]
    [InlineData("64Mb")]
    [InlineData("0.5B")]
    [InlineData("-1B")]
    [InlineData("99999999TiB")]
    public void What_is_no_size_is_refused(string text) => Assert.Null(Units.Size(text));
}
