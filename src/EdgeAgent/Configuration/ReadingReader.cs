using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Configuration;

/// <summary>Reads what of a source's messages makes a reading: <c>reading</c>, <c>tolerance</c>, <c>every</c> and <c>stale</c>.</summary>
internal static class ReadingReader
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static ReadingOptions Read(TomlScope source)
    {
        var reading = new ReadingOptions
        {
            Mode = source.Choice("reading", ReadingMode.Auto, ("auto", ReadingMode.Auto), ("message", ReadingMode.Message),
                ("joined", ReadingMode.Joined), ("sampled", ReadingMode.Sampled)),
            Every = source.Duration("every", TimeSpan.FromSeconds(10), Least, Longest),
            Stale = source.Duration("stale", TimeSpan.FromMinutes(1), Least, Longest),
        };
        if (source.Has("tolerance"))
            reading.Tolerance = source.Duration("tolerance", TimeSpan.FromMilliseconds(500), TimeSpan.Zero, Longest);
        CheckWhatBelongs(source, reading.Mode);
        if (reading.Mode == ReadingMode.Sampled) CheckSampling(source, reading);
        // What is not sampled must not differ by what nothing comes of.
        else (reading.Every, reading.Stale) = (TimeSpan.Zero, TimeSpan.Zero);
        return reading;
    }

    private static void CheckWhatBelongs(TomlScope source, ReadingMode mode)
    {
        var joins = mode is ReadingMode.Auto or ReadingMode.Joined;
        if (!joins && source.Find("tolerance") is { } tolerance)
            source.Report("tolerance", tolerance, "has no meaning here", "it belongs to reading = \"joined\" or \"auto\"; leave it out");
        foreach (var key in new[] { "every", "stale" })
            if (mode != ReadingMode.Sampled && source.Find(key) is { } written)
                source.Report(key, written, "has no meaning here", "it belongs to reading = \"sampled\"; add that, or leave it out");
    }

    private static void CheckSampling(TomlScope source, ReadingOptions reading)
    {
        if (!source.Has("every")) source.Missing("every", "sampled readings need a distance; write, for example, every = \"10s\"");
        if (!source.Has("stale"))
            source.Missing("stale", "a sampled value needs an age from which it is missing; write, for example, stale = \"1m\"");
        if (source.Find("stale") is not { } stale) return;
        if (reading.Stale < reading.Every)
            source.Report("stale", stale, $"is shorter than every, {Units.Show(reading.Every)}",
                "values would be missing before they are sampled; make it longer");
        else if (reading.Stale / reading.Every > ReadingOptions.SamplesLimit)
            source.Report("stale", stale, FormattableString.Invariant($"is more than {ReadingOptions.SamplesLimit} times every"),
                "so many readings of one value say nothing new; make stale shorter or every longer");
    }
}
