namespace EdgeAgent.Pipeline.Formats.Times;

/// <summary>What is said of event times that cannot be used: where they were looked for, how they should be written, what helps.</summary>
internal static class TimeTexts
{
    /// <summary>How the time at a path should be written.</summary>
    public static string Expected(TimeOptions options, string path) => options.Format is null
        ? $"expected the time at `{path}` as a Unix number (s, ms, µs or ns), as ISO 8601 or in another usual form; "
            + "for others, and for dates such as 04/05/2024, set time_format"
        : $"expected the time at `{path}` as time_format = \"{options.Format}\" says";

    /// <summary>Something stands there, and it is no time.</summary>
    public static FailureText Unreadable(PayloadOptions source)
    {
        if (source.Times.Counter is { } counter)
            return new FailureText($"no counter could be read: expected the {Units(counter.Unit)} at `{counter.Path}` as a number from 0",
                "correct the path of counter, or set without = \"arrival\" in time to take the time of arrival then");
        if (source.Time is { } path)
            return new FailureText($"no time could be read: {Expected(source.Times, path)}", source.Times.Format is null
                ? "set time to where it is, or leave time out to take the time of arrival"
                : "correct time_format or time, or leave time out to take the time of arrival");
        return new FailureText(
            source.Decode switch
            {
                "influx" => "no time could be read at the end of a line: expected a Unix number (s, ms, µs or ns)",
                "senml" => "no time could be read in t or bt: expected seconds since 1970, or below 2^28 seconds from now",
                "packed" => "no time could be read where packed.time says: expected a time up to the year 9999",
                _ => "no time could be read where the format of the payload has it",
            },
            source.Decode == "packed" ? "correct packed.time" : "have the sender write it so, or leave it out to get the time of arrival");
    }

    /// <summary>Nothing stands there.</summary>
    public static FailureText Missing(PayloadOptions source) => source.Times.Counter is { } counter
        ? new FailureText($"there is no counter at `{counter.Path}`, or it is null",
            "correct the path of counter, or set without = \"arrival\" in time to take the time of arrival then")
        : new FailureText($"there is no time at \"{source.Time}\", or it is null or 0",
            "correct time, or set without_time = \"arrival\" to take the time of arrival then");

    /// <summary>A time stands there that cannot be one.</summary>
    public static FailureText Impossible(PayloadOptions source) => new(
        $"the time at \"{source.Time}\" cannot be one: it is near 1970, as a counter or a clock that was never set, or years ahead",
        (source.Times.Format is null ? "" : "correct time_format; ")
            + "set the device's clock; of a counter say time = { counter = \"PATH\" }; or set without_time = \"arrival\"");

    private static string Units(CounterUnit unit) => unit switch
    {
        CounterUnit.Seconds => "seconds",
        CounterUnit.Milliseconds => "milliseconds",
        CounterUnit.Microseconds => "microseconds",
        _ => "nanoseconds",
    };
}
