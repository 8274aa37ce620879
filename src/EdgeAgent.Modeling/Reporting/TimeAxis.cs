using System.Globalization;

namespace EdgeAgent.Modeling.Reporting;

/// <summary>Round times for the axis of a picture: full minutes, hours, days or months, five to ten of them.</summary>
/// <param name="Title">What the texts leave out: the day, the month, the year.</param>
/// <param name="Ticks">Times with how they are written.</param>
internal sealed record TimeAxis(string Title, IReadOnlyList<(DateTime Time, string Text)> Ticks)
{
    private const int TicksWanted = 8;

    private static readonly TimeSpan[] Steps =
    [
        .. new[] { 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30 }.Select(TimeSpan.FromSeconds),
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(m => TimeSpan.FromMinutes(m)),
        .. new[] { 1, 2, 3, 6, 12 }.Select(h => TimeSpan.FromHours(h)),
        .. new[] { 1, 2, 7, 14, 30, 90, 180, 365, 1825, 3650 }.Select(d => TimeSpan.FromDays(d)),
    ];

    public static TimeAxis Of(DateTime first, DateTime last)
    {
        var step = Steps.FirstOrDefault(s => (last - first).Ticks <= TicksWanted * s.Ticks, Steps[^1]);
        var ticks = new List<(DateTime, string)>();
        var pattern = step < TimeSpan.FromSeconds(1) ? "HH:mm:ss.fff" : step < TimeSpan.FromMinutes(1) ? "HH:mm:ss"
            : step < TimeSpan.FromDays(1) ? "HH:mm" : "d MMM";
        for (var at = first.Ticks / step.Ticks * step.Ticks; at <= last.Ticks; at += step.Ticks)
        {
            if (at < first.Ticks) continue;
            var time = new DateTime(at, DateTimeKind.Utc);
            var isMidnight = step < TimeSpan.FromDays(1) && time.TimeOfDay == TimeSpan.Zero;
            ticks.Add((time, time.ToString(isMidnight ? "d MMM" : pattern, CultureInfo.InvariantCulture)));
        }
        var days = step < TimeSpan.FromDays(1);
        var (from, to) = (Written(first, days), Written(last, days));
        return new TimeAxis($"{from} to {to}", ticks);
    }

    private static string Written(DateTime time, bool withTime) =>
        time.ToString(withTime ? "d MMM yyyy HH:mm" : "d MMM yyyy", CultureInfo.InvariantCulture);
}
