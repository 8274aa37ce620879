using System.Text.Json;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats;

public class EventTimeTests
{
    [Theory]
    [InlineData("1583748873", "2020-03-09T10:14:33.0000000")]
    [InlineData("1583748873.25", "2020-03-09T10:14:33.2500000")]
    [InlineData("1583748873250", "2020-03-09T10:14:33.2500000")]
    [InlineData("1583748873250.5", "2020-03-09T10:14:33.2505000")]
    [InlineData("1583748873250123", "2020-03-09T10:14:33.2501230")]
    [InlineData("1583748873250123456", "2020-03-09T10:14:33.2501234")]
    [InlineData("1.583748873e9", "2020-03-09T10:14:33.0000000")]
    [InlineData("1.58374887325e12", "2020-03-09T10:14:33.2500000")]
    [InlineData("0", "1970-01-01T00:00:00.0000000")]
    [InlineData("-1", "1969-12-31T23:59:59.0000000")]
    [InlineData("\"2020-03-09T10:14:33Z\"", "2020-03-09T10:14:33.0000000")]
    [InlineData("\"2020-03-09 10:14:33\"", "2020-03-09T10:14:33.0000000")]
    [InlineData("\"2020-03-09T10:14:33\"", "2020-03-09T10:14:33.0000000")]
    [InlineData("\"2020-03-09T10:14:33.5\"", "2020-03-09T10:14:33.5000000")]
    [InlineData("\"2020-03-09T10:14:33.1234567Z\"", "2020-03-09T10:14:33.1234567")]
    [InlineData("\"2020-03-09T10:14:33.123456789Z\"", "2020-03-09T10:14:33.1234567")]
    [InlineData("\"2020-03-09T10:14:33+02:00\"", "2020-03-09T08:14:33.0000000")]
    [InlineData("\"2020-03-09T10:14:33-02:00\"", "2020-03-09T12:14:33.0000000")]
    [InlineData("\"2020-03-09\"", "2020-03-09T00:00:00.0000000")]
    public void A_time_in_any_usual_form_is_read_as_UTC(string json, string expected)
    {
        Assert.True(TryRead(json, out var ticks));
        Assert.Equal(expected, new DateTime(ticks).ToString("yyyy-MM-ddTHH:mm:ss.fffffff"));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("\"\"")]
    [InlineData("\"yesterday\"")]
    [InlineData("\"2020-13-09T10:14:33Z\"")]
    [InlineData("\"2020-03-09T25:14:33Z\"")]
    [InlineData("\"2020-03-09T10:14:33ZZZ\"")]
    [InlineData("\"0001-01-01T00:00:00+10:00\"")]
    [InlineData("\"2020-03-09T10:14:33.00000000000000000000000000000\"")]
    [InlineData("1e30")]
    [InlineData("1e400")]
    [InlineData("-99999999999")]
    public void What_is_no_time_is_refused_and_leaves_the_time_as_it_was(string json)
    {
        Assert.False(TryRead(json, out var ticks));
        Assert.Equal(7, ticks);
    }

    private static bool TryRead(string json, out long ticks)
    {
        ticks = 7;
        var reader = new Utf8JsonReader(Some.Utf8(json));
        reader.Read();
        return EventTime.TryRead(ref reader, ref ticks);
    }
}
