using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Normals;

/// <summary>Rows of a recording that a device is shown: it calibrates from the first on, and counts from a later one.</summary>
internal readonly record struct Stretch(Recording Recording, int Start, int From, int End)
{
    // More readings than these tell no more about where the threshold belongs.
    private const int ReadingLimit = 16_000;
    private const int Pieces = 4;

    /// <summary>Whole runs, or evenly chosen ones of many.</summary>
    public static IReadOnlyList<Stretch> Of(IReadOnlyList<HeldRun> runs)
    {
        var step = Math.Max(1, (int)(runs.Sum(r => (long)r.Recording.Rows) / ReadingLimit));
        return [.. runs.Where((_, i) => i % step == 0).Select(r => new Stretch(r.Recording, 0, r.From, r.Recording.Rows))];
    }

    /// <summary>What follows, or pieces of it, each behind a calibration of its own.</summary>
    public static IReadOnlyList<Stretch> Of(IReadOnlyList<OpenRest> rests, int readings)
    {
        var total = rests.Sum(r => (long)r.Recording.Rows - r.From);
        if (total <= ReadingLimit)
            return
            [
                .. rests.Where(r => r.Recording.Rows > r.From)
                    .Select(r => new Stretch(r.Recording, r.From - readings, r.From, r.Recording.Rows)),
            ];
        var pieces = rests.Select(r => (r.Recording, r.From, Rows: r.Recording.Rows - r.From))
            .SelectMany(r => Enumerable.Range(0, Pieces).Select(p =>
                (r.Recording, Start: r.From - readings + (int)(r.Rows * (long)p / Pieces), Length: r.Rows / Pieces)))
            .Where(p => p.Length > 0).ToArray();
        var step = Math.Max(1, pieces.Length * readings / ReadingLimit);
        var chosen = pieces.Where((_, i) => i % step == 0).ToArray();
        var length = Math.Max(readings, ReadingLimit / chosen.Length);
        return
        [
            .. chosen.Select(p => (p.Recording, p.Start, From: p.Start + readings, Rows: Math.Min(length, p.Length)))
                .Select(p => new Stretch(p.Recording, p.Start, p.From, p.From + p.Rows)),
        ];
    }
}
