using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Tests.Formats.Times;

/// <summary>A reader of event times, and what it reads as text.</summary>
internal static class TimesBench
{
    /// <summary>November 2026.</summary>
    public static readonly long Arrival = new DateTime(2026, 11, 30, 12, 0, 0).Ticks;

    public static EventTimeReader Reader(string? format = null, string? zone = null) =>
        new(new TimeOptions { Format = format, Zone = zone });

    /// <summary>As a payload has it: digits are a number, the rest a text.</summary>
    public static TimeOutcome Read(EventTimeReader reader, string written, out EventMoment moment) =>
        written.StartsWith('"')
            ? reader.FromText(Some.Utf8(written.Trim('"')), Arrival, out moment)
            : long.TryParse(written, out var whole)
                ? reader.FromInteger(whole, Arrival, out moment)
                : reader.FromText(Some.Utf8(written), Arrival, out moment);

    /// <summary>The time to the last tick, without zeros at the end; else what came of it.</summary>
    public static string Shown(EventTimeReader reader, string written)
    {
        var outcome = Read(reader, written, out var moment);
        return outcome == TimeOutcome.Ok ? Text(moment.Ticks) : outcome.ToString();
    }

    public static string Text(long ticks) => new DateTime(ticks).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF");
}
