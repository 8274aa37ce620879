using System.Globalization;
using EdgeAgent.Recordings.Times;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Formats.Times;

public class TimestampPatternTests(ITestOutputHelper output)
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    [Theory]
    [InlineData("dd.MM.yyyy HH:mm:ss", "05.04.2024 19:34:38", "2024-04-05T19:34:38", false)]
    [InlineData("dd.MM.yyyy HH:mm:ss", "  05.04.2024   19:34:38 ", "2024-04-05T19:34:38", false)]
    [InlineData("d.M.yy H:mm", "5.4.24 7:34", "2024-04-05T07:34:00", false)]
    [InlineData("M/d/yyyy h:mm:ss tt", "4/5/2024 7:34:38 PM", "2024-04-05T19:34:38", false)]
    [InlineData("ddd, dd MMM yyyy HH:mm:ss 'GMT'", "Fri, 05 Apr 2024 19:34:38 GMT", "2024-04-05T19:34:38", false)]
    [InlineData("dddd d MMMM yyyy", "Friday 5 April 2024", "2024-04-05T00:00:00", false)]
    [InlineData("yyyy-MM-ddTHH:mm:ss.fffZ", "2024-04-05T19:34:38.250Z", "2024-04-05T19:34:38.25", true)]
    [InlineData("yyyy-MM-ddTHH:mm:ssK", "2024-04-05T19:34:38+02:00", "2024-04-05T17:34:38", true)]
    [InlineData("yyyy-MM-ddTHH:mm:ssK", "2024-04-05T19:34:38Z", "2024-04-05T19:34:38", true)]
    [InlineData("yyyy-MM-ddTHH:mm:ssK", "2024-04-05T19:34:38", "2024-04-05T19:34:38", false)]
    [InlineData("yyyy-MM-dd HH:mm:ss zzz", "2024-04-05 19:34:38 -0530", "2024-04-06T01:04:38", true)]
    [InlineData("yyyy-MM-dd HH:mm:ss z", "2024-04-05 19:34:38 +2", "2024-04-05T17:34:38", true)]
    [InlineData("yyyy-MM-dd HH:mm:ss.FFF", "2024-04-05 19:34:38.5", "2024-04-05T19:34:38.5", false)]
    [InlineData("yyyy-MM-dd HH:mm:ss.FFF", "2024-04-05 19:34:38", "2024-04-05T19:34:38", false)]
    [InlineData("yyyyMMddHHmmssfff", "20240405193438250", "2024-04-05T19:34:38.25", false)]
    [InlineData("yyyy年MM月dd日 HH:mm", "2024年04月05日 19:34", "2024-04-05T19:34:00", false)]
    [InlineData("dd\\d MM\\m yyyy", "05d 04m 2024", "2024-04-05T00:00:00", false)]
    public void A_text_to_the_pattern_is_read(string pattern, string text, string expected, bool hasZone)
    {
        Assert.True(Of(pattern).TryRead(Some.Utf8(text), out var time));
        Assert.Equal((expected, hasZone), (TimesBench.Text(time.Ticks), time.HasZone));
    }

    [Theory]
    [InlineData("dd.MM.yyyy", "05.04.24")]
    [InlineData("dd.MM.yyyy", "5.04.2024")]
    [InlineData("dd.MM.yyyy", "05.04.2024 19:34")]
    [InlineData("dd.MM.yyyy", "05/04/2024")]
    [InlineData("dd.MM.yyyy", "31.04.2024")]
    [InlineData("dd.MM.yyyy", "")]
    [InlineData("dd-MMM-yyyy", "05-Xpr-2024")]
    [InlineData("ddd dd.MM.yyyy", "Xri 05.04.2024")]
    [InlineData("dd.MM.yyyy hh:mm tt", "05.04.2024 13:00 PM")]
    [InlineData("dd.MM.yyyy hh:mm tt", "05.04.2024 07:00 XM")]
    [InlineData("dd.MM.yyyy HH:mm:ss.fff", "05.04.2024 07:00:00.25")]
    [InlineData("dd.MM.yyyy HH:mm zzz", "05.04.2024 07:00 Z")]
    [InlineData("dd.MM.yyyy HH:mm z", "05.04.2024 07:00 2")]
    [InlineData("dd.MM.yyyy HH:mmZ", "05.04.2024 07:00")]
    public void Another_text_is_not(string pattern, string text) => Assert.False(Of(pattern).TryRead(Some.Utf8(text), out _));

    [Theory]
    [InlineData("HH:mm:ss", "has no year")]
    [InlineData("yyyy dd", "has no month")]
    [InlineData("yyyy-MM", "has no day")]
    [InlineData("dd.MM.yyy", "has \"yyy\"")]
    [InlineData("DD.MM.YYYY", "has \"DD\"")]
    [InlineData("dd.MM.yyyy hh:mm", "has hh without tt")]
    [InlineData("dd.MM.yyyy HH:mm tt", "tt without hh")]
    [InlineData("dd.MM.yyyy 'um", "has a ' without its second one")]
    [InlineData("dd.MM.yyyy\\", "ends in a \\")]
    [InlineData("%d.%m.%Y", "has \"Y\"")]
    [InlineData("unix", "has \"u\"")]
    [InlineData("", "has no year")]
    public void A_pattern_that_cannot_be_is_refused_with_the_reason(string pattern, string words)
    {
        Assert.False(TimestampPattern.TryCompile(pattern, out var compiled, out var problem));
        Assert.Null(compiled);
        Assert.Contains(words, problem);
    }

    /// <summary>.NET writes, we read.</summary>
    [Fact]
    public void What_was_written_to_a_pattern_is_read_as_it_was()
    {
        string[] patterns =
        [
            "dd.MM.yyyy HH:mm:ss", "d.M.yyyy H:m:s", "yyyy-MM-ddTHH:mm:ss.fffffff", "yyyyMMddHHmmssfffffff",
            "M/d/yyyy h:mm:ss.ffffff tt", "ddd, dd MMM yyyy HH:mm:ss.FFFFFFF", "dddd, d MMMM yyyy hh:mm:ss tt",
            "yyyy-MM-dd HH:mm:ss.fff zzz", "dd-MMM-yy HH:mm:ss zz", "d/M/yy H:mm:ss.FF z", "yyyy/MM/dd' at 'HH.mm.ss,ff K",
        ];
        var random = new Random(Seed.Take(output));
        for (var round = 0; round < Seed.Rounds(20_000); round++)
        {
            var text = patterns[random.Next(patterns.Length)];
            var hours = text.IndexOfAny(['z', 'K']) >= 0 ? random.Next(-12, 15) : 0;
            var at = new DateTime(1970, 1, 2).AddTicks(random.NextInt64(TimeSpan.FromDays(36_000).Ticks));
            var written = new DateTimeOffset(at, TimeSpan.FromHours(hours)).ToString(text, Invariant);
            var expected = DateTimeOffset.ParseExact(written, text, Invariant, DateTimeStyles.AssumeUniversal);
            // .NET takes two digits for 1950 to 2049.
            if (text.Contains("-yy ", StringComparison.Ordinal) || text.Contains("/yy ", StringComparison.Ordinal))
                expected = expected.Year < 1970 ? expected.AddYears(100) : expected;

            Assert.True(Of(text).TryRead(Some.Utf8(written), out var time), $"{text}: {written}");
            Assert.True(expected.UtcTicks == time.Ticks, $"{text}: {written} is {expected:O}, read as {TimesBench.Text(time.Ticks)}");
        }
    }

    /// <summary>Our own calendar, and the short way through ISO 8601.</summary>
    [Fact]
    public void Every_day_and_every_tail_of_ISO_is_read_as_NET_writes_it()
    {
        string[] forms =
        [
            "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm:ss.fffZ", "yyyy-MM-ddTHH:mm:ss.fffffffzzz", "yyyy-MM-ddTHH:mm:sszzz", "yyyyMMddTHHmmss",
        ];
        var clock = TimeSpan.FromTicks(863_999_999_999);
        for (var day = new DateTime(1, 1, 2); day < new DateTime(9998, 12, 1); day = day.AddDays(day.Year is > 1890 and < 2110 ? 1 : 97))
        {
            var form = forms[day.DayOfYear % forms.Length];
            var offset = form.EndsWith("zzz", StringComparison.Ordinal) ? TimeSpan.FromMinutes(day.Day * 30 - 480) : TimeSpan.Zero;
            var text = new DateTimeOffset(day + clock, offset).ToString(form, Invariant);
            var expected = DateTimeOffset.ParseExact(text, form, Invariant, DateTimeStyles.AssumeUniversal).UtcTicks;

            Assert.True(TimestampText.TryRead(Some.Utf8(text), out var time) && time.Ticks == expected, text);
        }
    }

    private static TimestampPattern Of(string pattern) =>
        TimestampPattern.TryCompile(pattern, out var compiled, out var problem) ? compiled : throw new ArgumentException(problem);
}
