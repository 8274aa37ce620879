using EdgeAgent.Recordings.Times;

namespace EdgeAgent.Pipeline.Formats.Times;

internal enum TimeForm { Any, Unix, Iso, Excel, DotnetTicks, Pattern }

/// <summary>A source's <c>time_format</c>, understood.</summary>
internal sealed class TimeFormat
{
    public static readonly string[] Names = ["unix-s", "unix-ms", "unix-us", "unix-ns", "iso", "excel", "dotnet-ticks"];

    private TimeFormat(TimeForm form, UnixUnit unit = UnixUnit.Any, TimestampPattern? pattern = null) =>
        (Form, Unit, Pattern) = (form, unit, pattern);

    public TimeForm Form { get; }
    public UnixUnit Unit { get; }
    public TimestampPattern? Pattern { get; }

    /// <summary>Understands a format, or says what is the matter with it.</summary>
    public static TimeFormat? Of(string? format, out string? problem)
    {
        problem = null;
        return format switch
        {
            null => new TimeFormat(TimeForm.Any),
            "unix-s" => new TimeFormat(TimeForm.Unix, UnixUnit.Seconds),
            "unix-ms" => new TimeFormat(TimeForm.Unix, UnixUnit.Milliseconds),
            "unix-us" => new TimeFormat(TimeForm.Unix, UnixUnit.Microseconds),
            "unix-ns" => new TimeFormat(TimeForm.Unix, UnixUnit.Nanoseconds),
            "iso" => new TimeFormat(TimeForm.Iso),
            "excel" => new TimeFormat(TimeForm.Excel),
            "dotnet-ticks" => new TimeFormat(TimeForm.DotnetTicks),
            _ => TimestampPattern.TryCompile(format, out var pattern, out problem)
                ? new TimeFormat(TimeForm.Pattern, pattern: pattern) : null,
        };
    }
}
