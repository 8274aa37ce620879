using System.Buffers.Text;
using EdgeAgent.Recordings.Times;

namespace EdgeAgent.Pipeline.Formats.Times;

/// <summary>
/// Reads the event times of one source as its options say, without allocating. What is not <see cref="TimeOutcome.Ok"/> gets the time
/// of arrival, which is the caller's to use or not. Belongs to a source's loop.
/// </summary>
internal sealed class EventTimeReader
{
    // .NET ticks of 1973 to 2092; as nanoseconds they would be of 1989 and 1990.
    private const long LeastDotnetTicks = 622_456_000_000_000_000;
    private const long MostDotnetTicks = 660_000_000_000_000_000;
    private const double ExcelEpochDays = 693_593; // From 0001-01-01 to 1899-12-30.
    private const double ExcelDaysLimit = 2_958_466; // 10000-01-01.
    // A date and time as fourteen digits; as milliseconds they would be of the years after 2590.
    private const long LeastBasicDate = 19_700_000_000_000;
    private const long MostBasicDate = 22_000_000_000_000;
    private const int BasicDigits = 14;
    private const int WholeDigits = 20;

    private readonly TimeFormat _format;
    private readonly ZoneClock? _zone;

    /// <exception cref="ArgumentException">A format or zone that the check of the configuration would have refused.</exception>
    public EventTimeReader(TimeOptions options)
    {
        _format = TimeFormat.Of(options.Format, out var problem) ?? throw new ArgumentException($"time_format {problem}", nameof(options));
        if (options.Zone is not null)
            _zone = ZoneClock.Find(options.Zone)
                ?? throw new ArgumentException($"timezone \"{options.Zone}\" is unknown to this system", nameof(options));
    }

    /// <summary>The message has no time, or null.</summary>
    public static TimeOutcome Missing(long arrivalTicks, out EventMoment moment)
    {
        moment = default;
        return Settle(TimeOutcome.NoTime, arrivalTicks, ref moment);
    }

    /// <summary>A whole number.</summary>
    public TimeOutcome FromInteger(long value, long arrivalTicks, out EventMoment moment) =>
        Settle(OfInteger(value, out moment), arrivalTicks, ref moment);

    /// <summary>A number with fraction or exponent. <see cref="FromText"/> with the number's digits is exact.</summary>
    public TimeOutcome FromNumber(double value, long arrivalTicks, out EventMoment moment) =>
        Settle(OfNumber(value, out moment), arrivalTicks, ref moment);

    /// <summary>A text, its escapes resolved, or the digits of a number.</summary>
    public TimeOutcome FromText(ReadOnlySpan<byte> utf8, long arrivalTicks, out EventMoment moment) =>
        Settle(OfText(utf8, out moment), arrivalTicks, ref moment);

    private static TimeOutcome Settle(TimeOutcome outcome, long arrivalTicks, ref EventMoment moment)
    {
        if (outcome == TimeOutcome.Ok && !PlausibleTime.IsPlausible(moment.Ticks, arrivalTicks)) outcome = TimeOutcome.Impossible;
        if (outcome != TimeOutcome.Ok) moment = new EventMoment(arrivalTicks);
        return outcome;
    }

    private TimeOutcome OfInteger(long value, out EventMoment moment)
    {
        moment = default;
        if (value == 0) return TimeOutcome.NoTime;
        switch (_format.Form)
        {
            case TimeForm.Any when value is > LeastDotnetTicks and < MostDotnetTicks:
                return OfWall(value, out moment);
            case TimeForm.Any when value is > LeastBasicDate and < MostBasicDate:
                return OfDigits(value, out moment);
            case TimeForm.Any or TimeForm.Unix:
                if (!UnixNumber.TryRead(value, _format.Unit, out var ticks)) return TimeOutcome.Impossible;
                moment = new EventMoment(ticks);
                return TimeOutcome.Ok;
            case TimeForm.DotnetTicks:
                return value > 0 && value <= DateTime.MaxValue.Ticks ? OfWall(value, out moment) : TimeOutcome.Impossible;
            case TimeForm.Excel:
                return OfNumber(value, out moment);
            default:
                return OfDigits(value, out moment);
        }
    }

    private TimeOutcome OfDigits(long value, out EventMoment moment)
    {
        Span<byte> digits = stackalloc byte[WholeDigits];
        Utf8Formatter.TryFormat(value, digits, out var length);
        return OfForm(digits[..length], out moment);
    }

    private TimeOutcome OfNumber(double value, out EventMoment moment)
    {
        moment = default;
        if (value == 0) return TimeOutcome.NoTime;
        if (!double.IsFinite(value)) return TimeOutcome.Unreadable;
        if (_format.Form == TimeForm.Excel)
            return value > 0 && value < ExcelDaysLimit
                // A serial number holds about a microsecond; whole seconds come out whole again.
                ? OfWall((long)Math.Round((ExcelEpochDays + value) * 86_400_000) * TimeSpan.TicksPerMillisecond, out moment)
                : TimeOutcome.Impossible;
        if (Math.Abs(value) < long.MaxValue && Math.Truncate(value) == value) return OfInteger((long)value, out moment);
        if (_format.Form is not (TimeForm.Any or TimeForm.Unix)) return TimeOutcome.Unreadable;
        if (!UnixNumber.TryRead(value, _format.Unit, out var ticks)) return TimeOutcome.Impossible;
        moment = new EventMoment(ticks);
        return TimeOutcome.Ok;
    }

    private TimeOutcome OfText(ReadOnlySpan<byte> utf8, out EventMoment moment)
    {
        if (_format.Form is TimeForm.Any or TimeForm.Iso && IsoTime.TryUsual(utf8, out var usual)) return OfWritten(usual, out moment);
        moment = default;
        var text = TimestampText.Trim(utf8);
        if (!text.ContainsAnyExcept((byte)'0', (byte)'.')) return TimeOutcome.NoTime;
        switch (_format.Form)
        {
            case TimeForm.Iso or TimeForm.Pattern:
            case TimeForm.Any when text is [_, _, _, _, (byte)'-', ..]:
                return OfForm(text, out moment);
            // So many digits are a date of the basic form, if they are one: 20240405, 20240405193438.
            case TimeForm.Any when text.Length is 8 or BasicDigits && OfForm(text, out moment) == TimeOutcome.Ok:
                return TimeOutcome.Ok;
        }
        if (UnixNumber.TryWhole(text, out var whole)) return OfInteger(whole, out moment);
        if (_format.Form is TimeForm.Any or TimeForm.Unix && UnixNumber.TryFixed(text, _format.Unit, out var ticks))
        {
            moment = new EventMoment(ticks);
            return TimeOutcome.Ok;
        }
        if (UnixNumber.TryNumber(text, out var number)) return OfDecimal(number, out moment);
        return _format.Form == TimeForm.Any ? OfForm(text, out moment) : TimeOutcome.Unreadable;
    }

    private TimeOutcome OfForm(ReadOnlySpan<byte> text, out EventMoment moment)
    {
        moment = default;
        WrittenTime time;
        var isRead = _format.Form switch
        {
            TimeForm.Pattern => _format.Pattern!.TryRead(text, out time),
            TimeForm.Iso => IsoTime.TryRead(text, out time),
            _ => TimestampText.TryRead(text, out time),
        };
        return isRead ? OfWritten(time, out moment) : TimeOutcome.Unreadable;
    }

    private TimeOutcome OfWritten(WrittenTime time, out EventMoment moment)
    {
        if (!time.HasZone) return OfWall(time.Ticks, out moment);
        moment = new EventMoment(time.Ticks);
        return TimeOutcome.Ok;
    }

    private TimeOutcome OfDecimal(decimal value, out EventMoment moment)
    {
        if (_format.Form is not (TimeForm.Any or TimeForm.Unix) || decimal.Truncate(value) == value)
            return OfNumber((double)value, out moment);
        moment = default;
        if (!UnixNumber.TryRead(value, _format.Unit, out var ticks)) return TimeOutcome.Impossible;
        moment = new EventMoment(ticks);
        return TimeOutcome.Ok;
    }

    private TimeOutcome OfWall(long localTicks, out EventMoment moment)
    {
        moment = _zone is null ? new EventMoment(localTicks) : _zone.ToUtc(localTicks);
        return TimeOutcome.Ok;
    }
}
