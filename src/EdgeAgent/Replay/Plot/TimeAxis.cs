using System.Globalization;

namespace EdgeAgent.Replay.Plot;

/// <summary>Event time from left to right: where a time stands, and which times are worth a label.</summary>
internal sealed class TimeAxis(long firstTicks, long lastTicks, double width)
{
    private const int WantedLabels = 12;

    private static readonly TimeSpan[] Steps =
    [
        .. new[] { 0.001, 0.01, 0.1, 1, 2, 5, 10, 15, 30 }.Select(TimeSpan.FromSeconds),
        .. new[] { 1.0, 2, 5, 10, 15, 30 }.Select(TimeSpan.FromMinutes),
        .. new[] { 1.0, 2, 3, 6, 12 }.Select(TimeSpan.FromHours),
        .. new[] { 1.0, 2, 7, 14, 28, 91, 365, 3652, 36525 }.Select(TimeSpan.FromDays),
    ];

    /// <summary>A single reading gets a second.</summary>
    private readonly double _span = Math.Max(lastTicks - firstTicks, TimeSpan.TicksPerSecond);

    public double Width => width;
    public long FirstTicks => firstTicks;
    public double LastTicks => firstTicks + _span;

    public double X(long ticks) => Math.Clamp((ticks - firstTicks) / _span, 0, 1) * width;

    /// <summary>Times to label with their texts; where a new day begins its date stands instead.</summary>
    public IEnumerable<(double X, string Text)> Labels()
    {
        var step = Steps.FirstOrDefault(s => _span / s.Ticks <= WantedLabels, Steps[^1]).Ticks;
        for (var ticks = (firstTicks + step - 1) / step * step; ticks <= LastTicks && ticks < DateTime.MaxValue.Ticks; ticks += step)
            yield return (X(ticks), Label(ticks, step));
    }

    /// <summary>A time in full as far as the axis does not say it already.</summary>
    public string Text(long ticks)
    {
        var time = new DateTime(ticks, DateTimeKind.Utc);
        var isOneDay = new DateTime(firstTicks).Date == new DateTime(lastTicks).Date;
        var seconds = _span < 20 * TimeSpan.TicksPerSecond ? "HH:mm:ss.fff" : "HH:mm:ss";
        return time.ToString(isOneDay ? seconds : "yyyy-MM-dd " + seconds, CultureInfo.InvariantCulture);
    }

    /// <summary>The day or days that it covers.</summary>
    public string Days()
    {
        var (first, last) = (Day(firstTicks), Day(lastTicks));
        return first == last ? first : $"{first} to {last}";
    }

    private static string Label(long ticks, long step)
    {
        var format = step >= TimeSpan.TicksPerDay || ticks % TimeSpan.TicksPerDay == 0 ? "yyyy-MM-dd"
            : step >= TimeSpan.TicksPerMinute ? "HH:mm"
            : step >= TimeSpan.TicksPerSecond ? "HH:mm:ss" : "HH:mm:ss.fff";
        return new DateTime(ticks, DateTimeKind.Utc).ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Day(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
