using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Tests.Formats.Times;

public class EventTimeReaderTests
{
    [Theory]
    // Numbers.
    [InlineData("1712345678", "2024-04-05T19:34:38")]
    [InlineData("1712345678.25", "2024-04-05T19:34:38.25")]
    [InlineData("1.712345678E9", "2024-04-05T19:34:38")]
    [InlineData("1.712345678e+09", "2024-04-05T19:34:38")]
    [InlineData("1712345678000", "2024-04-05T19:34:38")]
    [InlineData("1712345678000.5", "2024-04-05T19:34:38.0005")]
    [InlineData("1712345678000123", "2024-04-05T19:34:38.000123")]
    [InlineData("1712345678000123456", "2024-04-05T19:34:38.0001234")]
    [InlineData("1712345678.1234567", "2024-04-05T19:34:38.1234567")]
    [InlineData("638479424780000000", "2024-04-05T19:34:38")]
    [InlineData("20240405193438", "2024-04-05T19:34:38")]
    // Numbers as texts.
    [InlineData("\"1712345678\"", "2024-04-05T19:34:38")]
    [InlineData("\"1712345678000\"", "2024-04-05T19:34:38")]
    [InlineData("\"1712345678.25\"", "2024-04-05T19:34:38.25")]
    [InlineData("\" 1712345678 \"", "2024-04-05T19:34:38")]
    // ISO 8601.
    [InlineData("\"2024-04-05T19:34:38Z\"", "2024-04-05T19:34:38")]
    [InlineData("\"2024-04-05t19:34:38z\"", "2024-04-05T19:34:38")]
    [InlineData("\"2024-04-05T19:34:38\"", "2024-04-05T19:34:38")]
    [InlineData("\"2024-04-05 19:34:38\"", "2024-04-05T19:34:38")]
    [InlineData("\"2024-04-05 19:34:40 UTC\"", "2024-04-05T19:34:40")]
    [InlineData("\"2024-04-05T19:34:41Z \"", "2024-04-05T19:34:41")]
    [InlineData("\"2024-04-05T19:34:38.5Z\"", "2024-04-05T19:34:38.5")]
    [InlineData("\"2024-04-05T19:34:38Z[UTC]\"", "2024-04-05T19:34:38")]
    [InlineData("\"2024-04-05T16:34:38.123456789-03:00[America/Argentina/Buenos_Aires]\"", "2024-04-05T19:34:38.1234567")]
    [InlineData("\"2024-04-05T19:34:38,5Z\"", "2024-04-05T19:34:38.5")]
    [InlineData("\"2024-04-05 19:34:38:500\"", "2024-04-05T19:34:38.5")]
    [InlineData("\"2024-04-05T19:34:41.123456789+02:00\"", "2024-04-05T17:34:41.1234567")]
    [InlineData("\"2024-04-05T19:34:38+02:00\"", "2024-04-05T17:34:38")]
    [InlineData("\"2024-04-05T22:34:30+0100\"", "2024-04-05T21:34:30")]
    [InlineData("\"2024-04-05T22:34:30+01\"", "2024-04-05T21:34:30")]
    [InlineData("\"2024-04-05T22:34:30 -05:30\"", "2024-04-06T04:04:30")]
    [InlineData("\"2024-03-09T06:00:00.997436Z+0100\"", "2024-03-09T05:00:00.997436")]
    [InlineData("\"2024-03-09T06:00:00.997436Z+0000\"", "2024-03-09T06:00:00.997436")]
    [InlineData("\"2024-04-05T19:34\"", "2024-04-05T19:34:00")]
    [InlineData("\"2024-04-05T19:36Z\"", "2024-04-05T19:36:00")]
    [InlineData("\"2024-04-05\"", "2024-04-05T00:00:00")]
    [InlineData("\"2024/04/05 19:34:38\"", "2024-04-05T19:34:38")]
    [InlineData("\"2024-4-5 7:34:38 PM\"", "2024-04-05T19:34:38")]
    [InlineData("\"20240405T193438Z\"", "2024-04-05T19:34:38")]
    [InlineData("\"20240405T193438.25+0200\"", "2024-04-05T17:34:38.25")]
    [InlineData("\"20240405T1934\"", "2024-04-05T19:34:00")]
    [InlineData("\"20240405193438\"", "2024-04-05T19:34:38")]
    [InlineData("\"20240405\"", "2024-04-05T00:00:00")]
    [InlineData("\"2024-04-05T19:34:60Z\"", "2024-04-05T19:35:00")]
    [InlineData("\"2016-12-31T23:59:60Z\"", "2017-01-01T00:00:00")]
    [InlineData("\"2024-04-05T24:00:00Z\"", "2024-04-06T00:00:00")]
    [InlineData("\"2024-03-09 06.00.00\"", "2024-03-09T06:00:00")]
    // Day first.
    [InlineData("\"29.11.2026 22:30:00\"", "2026-11-29T22:30:00")]
    [InlineData("\"05.04.2024 19:34:38,25\"", "2024-04-05T19:34:38.25")]
    [InlineData("\"5.4.2024\"", "2024-04-05T00:00:00")]
    [InlineData("\"05.04.24 19:34\"", "2024-04-05T19:34:00")]
    [InlineData("\"29.11.2026, 22.30.00\"", "2026-11-29T22:30:00")]
    [InlineData("\"25/04/2024 19:34:38\"", "2024-04-25T19:34:38")]
    [InlineData("\"25-04-2024 19:34:38\"", "2024-04-25T19:34:38")]
    [InlineData("\"04/04/2024 19:34:38\"", "2024-04-04T19:34:38")]
    // Month first.
    [InlineData("\"04/05/2024 07:34:38 PM\"", "2024-04-05T19:34:38")]
    [InlineData("\"4/5/2024 12:00:00 AM\"", "2024-04-05T00:00:00")]
    [InlineData("\"4/5/2024 12:00 pm\"", "2024-04-05T12:00:00")]
    [InlineData("\"04/25/2024 19:34:38\"", "2024-04-25T19:34:38")]
    // Months by name.
    [InlineData("\"Fri, 05 Apr 2024 19:34:38 GMT\"", "2024-04-05T19:34:38")]
    [InlineData("\"5 April 2024 19:34:38 +0200\"", "2024-04-05T17:34:38")]
    [InlineData("\"Saturday, 09-Mar-24 06:00:00 GMT\"", "2024-03-09T06:00:00")]
    [InlineData("\"09-Mar-2024 06:00:00\"", "2024-03-09T06:00:00")]
    [InlineData("\"09-MAR-24\"", "2024-03-09T00:00:00")]
    [InlineData("\"09/Mar/2024 06:00:00\"", "2024-03-09T06:00:00")]
    [InlineData("\"Mar 9, 2024 6:00:00 AM\"", "2024-03-09T06:00:00")]
    [InlineData("\"Sat Mar 09 06:00:00 CET 2024\"", "2024-03-09T05:00:00")]
    [InlineData("\"Sat Mar  9 06:00:00 2024\"", "2024-03-09T06:00:00")]
    [InlineData("\"Sat Mar 09 2024 06:00:00 GMT+0100\"", "2024-03-09T05:00:00")]
    public void A_usual_form_is_found_by_itself(string written, string expected) =>
        Assert.Equal(expected, TimesBench.Shown(TimesBench.Reader(), written));

    [Theory]
    [InlineData("UTC", 6)]
    [InlineData("GMT", 6)]
    [InlineData("BST", 5)]
    [InlineData("CET", 5)]
    [InlineData("CEST", 4)]
    [InlineData("EST", 11)]
    [InlineData("EDT", 10)]
    [InlineData("CST", 12)]
    [InlineData("CDT", 11)]
    [InlineData("MST", 13)]
    [InlineData("MDT", 12)]
    [InlineData("PST", 14)]
    [InlineData("PDT", 13)]
    [InlineData("JST", -3)]
    public void A_known_abbreviation_is_a_zone(string zone, int hour) =>
        Assert.Equal(TimesBench.Text(new DateTime(2024, 3, 9).AddHours(hour).Ticks),
            TimesBench.Shown(TimesBench.Reader(), $"\"Sat Mar 09 06:00:00 {zone} 2024\""));

    [Theory]
    [InlineData("\"yesterday\"")]
    [InlineData("\"04/05/2024\"")]
    [InlineData("\"04/05/2024 19:34:38\"")]
    [InlineData("\"04-05-2024 19:34:38\"")]
    [InlineData("\"13/05/2024 07:34:38 PM\"")]
    [InlineData("\"25/25/2024 19:34:38\"")]
    [InlineData("\"30.02.2024 19:34:38\"")]
    [InlineData("\"2024-13-05T19:34:38Z\"")]
    [InlineData("\"2024-04-05T25:34:38Z\"")]
    [InlineData("\"2024-04-05T24:00:01Z\"")]
    [InlineData("\"2024-04-05T19:60:38Z\"")]
    [InlineData("\"2024-04-05T19:34:61Z\"")]
    [InlineData("\"2024-04-05T19:34:38ZZ\"")]
    [InlineData("\"2024-04-05T19:34:38Zulu\"")]
    [InlineData("\"2024-04-05T19:34:38+15:00\"")]
    [InlineData("\"2024-04-05T19:34:38+01:75\"")]
    [InlineData("\"2024-04-05T19:34:38.\"")]
    [InlineData("\"2024-04-05T19:34:38+02:00[a b]\"")]
    [InlineData("\"2024-04-05T19:34:38+02:00[]\"")]
    [InlineData("\"2024-04-05T19:34:38+02:00[UTC\"")]
    [InlineData("\"2024-04-05T19:34:38[Europe/Berlin]\"")]
    [InlineData("\"24-04-05 19:34:38\"")]
    [InlineData("\"24/04/05\"")]
    [InlineData("\"05/04/24 19:34:38\"")]
    [InlineData("\"2024-04-05T19\"")]
    [InlineData("\"2024-04\"")]
    [InlineData("\"19:34:38\"")]
    [InlineData("\"13:00:00 PM\"")]
    [InlineData("\"2024-04-05 13:00:00 PM\"")]
    [InlineData("\"0x65F0\"")]
    [InlineData("\"NaN\"")]
    [InlineData("\"Sat Mar 09 06:00:00 MEZ 2024\"")]
    [InlineData("\"Sat Mar 09 06:00:00 2024 or so\"")]
    [InlineData("\"Xyz 09 2024\"")]
    [InlineData("\"09-Xyz-2024\"")]
    [InlineData("\"2024-04-05T19:34:38.000000000000000000000000000000000000000000000000000000Z\"")]
    public void What_is_no_time_or_could_be_two_is_unreadable(string written) =>
        Assert.Equal("Unreadable", TimesBench.Shown(TimesBench.Reader(), written));

    [Theory]
    [InlineData("0")]
    [InlineData("0.0")]
    [InlineData("\"\"")]
    [InlineData("\"  \"")]
    [InlineData("\"0\"")]
    public void Nothing_and_zero_are_no_time(string written) =>
        Assert.Equal("NoTime", TimesBench.Shown(TimesBench.Reader(), written));

    [Theory]
    [InlineData("60")]
    [InlineData("60000")]
    [InlineData("99999999")]
    [InlineData("-1")]
    [InlineData("-1712345678")]
    [InlineData("3.25")]
    [InlineData("\"60000\"")]
    [InlineData("\"12345678\"")]
    [InlineData("\"1970-01-01T00:00:03\"")]
    [InlineData("\"0001-01-01T00:00:00\"")]
    [InlineData("\"01.01.1970 00:00:03\"")]
    [InlineData("\"2036-02-07T06:28:16\"")]
    [InlineData("\"2038-01-19T03:14:07Z\"")]
    [InlineData("\"2037-04-05T19:34:38Z\"")]
    [InlineData("4294967295")]
    [InlineData("9223372036854775807")]
    [InlineData("1e19")]
    [InlineData("17123456780000")]
    public void Counters_and_unset_clocks_are_impossible(string written) =>
        Assert.Equal("Impossible", TimesBench.Shown(TimesBench.Reader(), written));

    [Fact]
    public void Where_arrival_itself_is_in_1970_so_may_be_the_time()
    {
        var reader = TimesBench.Reader();

        Assert.Equal(TimeOutcome.Ok, reader.FromInteger(60, DateTime.UnixEpoch.AddSeconds(61).Ticks, out var moment));
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(60).Ticks, moment.Ticks);
    }

    [Fact]
    public void Where_arrival_is_not_known_any_time_may_be_meant()
    {
        var reader = TimesBench.Reader();

        Assert.Equal(TimeOutcome.Ok, reader.FromText("2099-04-05T19:34:38Z"u8, 0, out _));
        Assert.Equal(TimeOutcome.Ok, reader.FromInteger(60, 0, out _));
    }

    [Fact]
    public void Where_the_machine_s_own_clock_is_not_set_a_device_may_know_better()
    {
        var reader = TimesBench.Reader();
        var unset = DateTime.UnixEpoch.AddMinutes(3).Ticks;

        Assert.Equal(TimeOutcome.Ok, reader.FromText("2026-11-30T12:00:00Z"u8, unset, out var moment));
        Assert.Equal(new DateTime(2026, 11, 30, 12, 0, 0).Ticks, moment.Ticks);
    }

    [Theory]
    [InlineData("unix-s", "1712345678", "2024-04-05T19:34:38")]
    [InlineData("unix-s", "\"1712345678.5\"", "2024-04-05T19:34:38.5")]
    [InlineData("unix-s", "1712345678000", "Impossible")]
    [InlineData("unix-s", "\"2024-04-05T19:34:38Z\"", "Unreadable")]
    [InlineData("unix-ms", "1712345678000", "2024-04-05T19:34:38")]
    [InlineData("unix-ms", "1712345678", "Impossible")]
    [InlineData("unix-us", "1712345678000000", "2024-04-05T19:34:38")]
    [InlineData("unix-ns", "1712345678000000000", "2024-04-05T19:34:38")]
    [InlineData("unix-ns", "638479424780000000", "1990-03-26T19:23:44.78")]
    [InlineData("iso", "\"2024-04-05T19:34:38Z\"", "2024-04-05T19:34:38")]
    [InlineData("iso", "\"05.04.2024 19:34:38\"", "Unreadable")]
    [InlineData("iso", "20240405", "2024-04-05T00:00:00")]
    [InlineData("iso", "1712345678000", "Unreadable")]
    [InlineData("excel", "45387.81571759259", "2024-04-05T19:34:38")]
    [InlineData("excel", "\"45387.5\"", "2024-04-05T12:00:00")]
    [InlineData("excel", "45387", "2024-04-05T00:00:00")]
    [InlineData("excel", "1712345678", "Impossible")]
    [InlineData("dotnet-ticks", "638479424780000000", "2024-04-05T19:34:38")]
    [InlineData("dotnet-ticks", "\"638479424780000000\"", "2024-04-05T19:34:38")]
    [InlineData("dotnet-ticks", "1712345678", "Impossible")]
    [InlineData("dd/MM/yyyy HH:mm:ss", "\"04/05/2024 19:34:38\"", "2024-05-04T19:34:38")]
    [InlineData("MM/dd/yyyy HH:mm:ss", "\"04/05/2024 19:34:38\"", "2024-04-05T19:34:38")]
    [InlineData("dd/MM/yyyy HH:mm:ss", "\"2024-04-05T19:34:38Z\"", "Unreadable")]
    [InlineData("yyyyMMddHHmm", "202404051934", "2024-04-05T19:34:00")]
    [InlineData("yyyyMMddHHmm", "1712345678", "Unreadable")]
    [InlineData("yyyyMMddHHmm", "0", "NoTime")]
    public void A_format_is_the_only_one_that_is_read(string format, string written, string expected) =>
        Assert.Equal(expected, TimesBench.Shown(TimesBench.Reader(format), written));

    [Fact]
    public void What_is_not_usable_gets_the_time_of_arrival()
    {
        var reader = TimesBench.Reader();

        Assert.Equal(TimeOutcome.Impossible, reader.FromInteger(60, TimesBench.Arrival, out var moment));
        Assert.Equal(TimeOutcome.NoTime, EventTimeReader.Missing(TimesBench.Arrival, out var missing));
        Assert.Equal(TimeOutcome.Unreadable, reader.FromText("soon"u8, TimesBench.Arrival, out _));
        Assert.Equal(TimeOutcome.Unreadable, reader.FromNumber(double.NaN, TimesBench.Arrival, out _));
        Assert.Equal(TimeOutcome.Ok, reader.FromNumber(1712345678.25, TimesBench.Arrival, out var read));

        Assert.Equal((TimesBench.Arrival, TimesBench.Arrival), (moment.Ticks, missing.Ticks));
        Assert.Equal("2024-04-05T19:34:38.25", TimesBench.Text(read.Ticks));
    }
}
