namespace EdgeAgent.Pipeline.Formats.Times;

/// <summary>
/// Turns one device's uptime counter into event times, by nothing but the counter and the times of arrival. The first value
/// is of its arrival; from then on the counter tells the steps, for arrival is late by what the network takes and a backlog
/// comes all at once. Two things are certain and correct it: no reading is younger than its arrival, so of all messages
/// the one that was under way least sets the clock; and a crystal is wrong by less than 0.1 %, so a clock that stays
/// behind by more than that is one that stood still.
/// </summary>
internal struct CounterClock
{
    /// <summary>A step back by less may be a message that was overtaken, or repeated.</summary>
    private const long LatenessTicks = 60 * TimeSpan.TicksPerSecond;
    /// <summary>Being behind arrival by less is the network's delay.</summary>
    private const long DelayTicks = 2 * TimeSpan.TicksPerSecond;
    /// <summary>By more, and for <see cref="LagPatience"/>, is a device that slept: a backlog would have shrunk.</summary>
    private const long LagLimit = 60 * TimeSpan.TicksPerSecond;
    private const long LagPatience = 60 * TimeSpan.TicksPerSecond;
    /// <summary>The arrival clock going back by more was set back.</summary>
    private const long SetBackTicks = 5 * TimeSpan.TicksPerSecond;
    /// <summary>Counters that begin anew more often may have done so several times between two messages.</summary>
    private const long ShortSpan = TimeSpan.TicksPerHour;
    private const int CatchUpShare = 1000;

    private long _counter, _time, _arrival;
    private long _lag, _lagSince;

    /// <param name="scale">Of the source.</param>
    /// <param name="counterTicks">By <see cref="CounterScale.TryTicks(long, out long)"/>.</param>
    /// <param name="arrivalTicks">When the message came.</param>
    /// <returns>Event time in ticks, UTC.</returns>
    public long Read(CounterScale scale, long counterTicks, long arrivalTicks)
    {
        if (_time == 0 || arrivalTicks < _time - SetBackTicks) return Anchor(counterTicks, arrivalTicks);
        var step = Step(scale.Span, counterTicks, arrivalTicks);
        if (step == 0) return _time;
        if (step is { } back and < 0) return _time + back;
        if (step is not { } forward) return Anchor(counterTicks, Math.Max(arrivalTicks, _time + 1));

        var lag = arrivalTicks - _time - forward;
        if (lag > DelayTicks) forward += Math.Min(forward / CatchUpShare, lag - DelayTicks);
        var time = Math.Max(_time + 1, Math.Min(_time + forward, arrivalTicks));
        if (StoodStill(arrivalTicks - time, arrivalTicks)) return Anchor(counterTicks, arrivalTicks);
        (_counter, _time, _arrival) = (counterTicks, time, arrivalTicks);
        return time;
    }

    /// <summary>Ticks since the last value; negative: a late message; null: the device started anew.</summary>
    private readonly long? Step(long span, long counter, long arrival)
    {
        var difference = counter - _counter;
        if (span is > 0 and < ShortSpan) return Nearest(difference, span, arrival - _arrival);
        if (span > 0 && difference > span - LatenessTicks) return difference - span;
        if (difference >= 0) return difference;
        // One that was switched on again begins at 0, far from where it was.
        if (difference >= -LatenessTicks && counter >= _counter / 2) return difference;
        var wrapped = difference + span;
        return span > 0 && wrapped < span / 4 && _time + wrapped <= arrival + SetBackTicks ? wrapped : null;
    }

    /// <summary>Of all steps that end at this value, the one that took as long as the messages are apart.</summary>
    private static long Nearest(long difference, long span, long elapsed)
    {
        var step = difference + span * (long)Math.Round((double)(elapsed - difference) / span);
        return step < -Math.Min(LatenessTicks, span / 8) ? step + span : step;
    }

    private bool StoodStill(long lag, long arrival)
    {
        if (lag <= LagLimit)
        {
            (_lag, _lagSince) = (0, 0);
            return false;
        }
        if (_lagSince == 0 || lag < _lag - _lag / 10) (_lag, _lagSince) = (lag, arrival);
        return arrival - _lagSince >= LagPatience;
    }

    private long Anchor(long counter, long time)
    {
        (_counter, _time, _arrival) = (counter, time, time);
        (_lag, _lagSince) = (0, 0);
        return time;
    }
}
