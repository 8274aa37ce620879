using EdgeAgent.Pipeline.Formats.Times;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Formats.Times;

public class ZoneClockTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("Europe/Berlin", "2024-01-05 12:00:00", "2024-01-05T11:00:00")]
    [InlineData("Europe/Berlin", "2024-07-05 12:00:00", "2024-07-05T10:00:00")]
    [InlineData("Europe/Berlin", "2024-07-05T12:00:00Z", "2024-07-05T12:00:00")]
    [InlineData("Europe/Berlin", "2024-07-05T12:00:00-04:00", "2024-07-05T16:00:00")]
    [InlineData("Europe/Berlin", "05.07.2024 12:00:00", "2024-07-05T10:00:00")]
    [InlineData("Europe/Berlin", "1712345678", "2024-04-05T19:34:38")]
    [InlineData("Europe/Berlin", "638479496780000000", "2024-04-05T19:34:38")]
    [InlineData("America/New_York", "04/05/2024 03:34:38 PM", "2024-04-05T19:34:38")]
    [InlineData("Asia/Kolkata", "2024-04-05 12:00:00", "2024-04-05T06:30:00")]
    [InlineData("Etc/GMT-14", "2024-01-01 00:00:00", "2023-12-31T10:00:00")]
    [InlineData("UTC", "2024-04-05 12:00:00", "2024-04-05T12:00:00")]
    // The hour that the spring skips.
    [InlineData("Europe/Berlin", "2024-03-31 01:59:59", "2024-03-31T00:59:59")]
    [InlineData("Europe/Berlin", "2024-03-31 02:00:00", "2024-03-31T01:00:00")]
    [InlineData("Europe/Berlin", "2024-03-31 02:30:00", "2024-03-31T01:30:00")]
    [InlineData("Europe/Berlin", "2024-03-31 03:00:00", "2024-03-31T01:00:00")]
    [InlineData("Australia/Lord_Howe", "2024-10-06 02:15:00", "2024-10-05T15:45:00")]
    public void Texts_without_a_zone_follow_the_clock_of_theirs(string zone, string written, string expected) =>
        Assert.Equal(expected, TimesBench.Shown(TimesBench.Reader(zone: zone), written.Contains(':') ? $"\"{written}\"" : written));

    [Theory]
    [InlineData("2024-10-27 01:59:59", "2024-10-26T23:59:59", null)]
    [InlineData("2024-10-27 02:00:00", "2024-10-27T00:00:00", "2024-10-27T01:00:00")]
    [InlineData("2024-10-27 02:59:59", "2024-10-27T00:59:59", "2024-10-27T01:59:59")]
    [InlineData("2024-10-27 03:00:00", "2024-10-27T02:00:00", null)]
    [InlineData("2024-10-27 02:30:00+01:00", "2024-10-27T01:30:00", null)]
    public void The_doubled_hour_has_two_times(string written, string earlier, string? later)
    {
        Assert.Equal(TimeOutcome.Ok, TimesBench.Read(TimesBench.Reader(zone: "Europe/Berlin"), $"\"{written}\"", out var moment));

        Assert.Equal(earlier, TimesBench.Text(moment.Ticks));
        Assert.Equal(later, moment.IsDoubled ? TimesBench.Text(moment.LaterTicks) : null);
    }

    /// <summary>Against .NET's own rules, both ways, at any time and near the changes.</summary>
    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("Asia/Tehran")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Pacific/Apia")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Asia/Kathmandu")]
    public void Every_time_comes_back_from_the_wall_clock(string name)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        var clock = ZoneClock.Find(name)!;
        var random = new Random(Seed.Take(output));
        var utc = new DateTime(1990, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (var round = 0; round < Seed.Rounds(40_000); round++)
        {
            // Strides of minutes, and now and then a leap to elsewhere.
            utc = random.Next(50) == 0
                ? new DateTime(1990, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(random.Next(1_500_000_000))
                : utc.AddSeconds(random.Next(random.Next(2) == 0 ? 600 : 86_400));
            var local = TimeZoneInfo.ConvertTimeFromUtc(utc, zone);
            var moment = clock.ToUtc(local.Ticks);

            Assert.True(moment.Ticks == utc.Ticks || moment.LaterTicks == utc.Ticks,
                $"{utc:O} shows {local:O}, read as {TimesBench.Text(moment.Ticks)} or {moment.LaterTicks}");
            // .NET's IsAmbiguousTime errs where the winter has summer time's sign, as in Morocco.
            int[] changes = [-120, -60, -30, 30, 60, 120];
            var isDoubled = changes.Any(m => TimeZoneInfo.ConvertTimeFromUtc(utc.AddMinutes(m), zone) == local);
            Assert.Equal(isDoubled, moment.IsDoubled);
        }
    }

    [Fact]
    public void A_time_that_no_clock_shows_is_taken_as_before_the_change()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        var clock = ZoneClock.Find("America/New_York")!;
        for (var minute = 0; minute < 60; minute++)
        {
            var skipped = new DateTime(2025, 3, 9, 2, minute, 0);
            Assert.True(zone.IsInvalidTime(skipped));
            Assert.Equal(skipped.AddHours(5).Ticks, clock.ToUtc(skipped.Ticks).Ticks);
        }
    }

    [Theory]
    [InlineData("Europe/Berln")]
    [InlineData("")]
    [InlineData("../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("posixrules/x")]
    public void What_is_no_zone_is_not_found(string name) =>
        Assert.Null(ZoneClock.Find(name));
}
