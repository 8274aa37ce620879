namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>
/// When an open event is told of again, in event time: when its age has doubled since the last time, so that what it costs grows with
/// the logarithm of its length, and not with its readings. A pause lasts <paramref name="everyTicks"/> at least, and
/// <paramref name="limitTicks"/> at most.
/// </summary>
/// <param name="everyTicks">The shortest pause between two updates.</param>
/// <param name="limitTicks">The longest one; below the shortest it counts as that.</param>
/// <remarks>It needs nothing but times that are kept anyway, so a restart changes no update.</remarks>
internal readonly struct UpdatePace(long everyTicks, long limitTicks)
{
    /// <summary>That of a detector whose table says nothing of it.</summary>
    public static UpdatePace Usual { get; } = Of(new DetectorOptions());

    public static UpdatePace Of(DetectorOptions options) => new(options.UpdateEvery.Ticks, options.UpdateLimit.Ticks);

    /// <param name="startedTicks">When the event began.</param>
    /// <param name="reportedTicks">When it was last told of.</param>
    /// <param name="nowTicks">The reading in hand.</param>
    /// <remarks>A clock that was set back makes one due, too: the time of the last report lies in a future that may never come.</remarks>
    public bool IsDue(long startedTicks, long reportedTicks, long nowTicks)
    {
        var since = nowTicks - reportedTicks;
        return since < 0 || since >= Pause(reportedTicks - startedTicks);
    }

    /// <summary>Updates of an event that is open for so long, at a rate of readings that holds none up.</summary>
    public long Count(TimeSpan open)
    {
        var count = 0L;
        for (var age = Pause(0); age <= open.Ticks; count++)
        {
            var pause = Pause(age);
            if (pause > open.Ticks - age) return count + 1;
            age += pause;
        }
        return count;
    }

    private long Pause(long ageTicks) => Math.Max(everyTicks, Math.Min(ageTicks, limitTicks));
}
