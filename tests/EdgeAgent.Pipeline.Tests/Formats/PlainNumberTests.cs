using System.Globalization;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats;

public class PlainNumberTests
{
    [Fact]
    public void A_plain_number_is_the_nearest_double_to_the_last_bit()
    {
        var random = new Random(12);
        for (var i = 0; i < 200_000; i++)
        {
            var digits = random.NextInt64(Power(random.Next(1, 16))).ToString(CultureInfo.InvariantCulture);
            var decimals = random.Next(digits.Length);
            var text = (random.Next(2) == 0 ? "-" : "") + (decimals == 0 ? digits : $"{digits[..^decimals]}.{digits[^decimals..]}");
            Assert.True(PlainNumber.TryRead(Some.Utf8(text), out var value), text);
            Assert.Equal(
                BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)), BitConverter.DoubleToInt64Bits(value));
        }
    }

    [Theory]
    [InlineData("0"), InlineData("-0"), InlineData("0.000123456789"), InlineData("123456789012345"), InlineData("1.00000000000000")]
    public void Zeros_and_the_longest_are_plain(string text)
    {
        Assert.True(PlainNumber.TryRead(Some.Utf8(text), out var value));
        Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), value);
        Assert.Equal(text == "-0", double.IsNegative(value));
    }

    [Theory]
    [InlineData("1e3"), InlineData("-1.5E-03"), InlineData("1E+5"), InlineData("1234567890123456"), InlineData("1700000000.1234567")]
    public void Longer_numbers_and_exponents_are_numbers_but_not_plain(string text)
    {
        Assert.False(PlainNumber.TryRead(Some.Utf8(text), out _));
        Assert.True(PlainNumber.IsNumber(Some.Utf8(text)));
    }

    [Theory]
    [InlineData(""), InlineData("-"), InlineData("+1"), InlineData("."), InlineData(".5"), InlineData("5."), InlineData("1.2.3")]
    [InlineData("007"), InlineData("-00"), InlineData("1e"), InlineData("1e+"), InlineData("1.e5"), InlineData("1 "), InlineData("NaN")]
    [InlineData("0x1"), InlineData("1e5.0"), InlineData("--1"), InlineData("1/2")]
    public void What_is_no_number_of_JSON_is_none(string text)
    {
        Assert.False(PlainNumber.TryRead(Some.Utf8(text), out _));
        Assert.False(PlainNumber.IsNumber(Some.Utf8(text)));
    }

    private static long Power(int digits) => (long)Math.Pow(10, digits);
}
