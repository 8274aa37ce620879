using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Fitting;

/// <summary>What a user asks of <c>fit</c>.</summary>
/// <param name="Data">Folder of recordings.</param>
/// <param name="Out">Folder of the bundle.</param>
/// <param name="Normal">Patterns of recordings without a fault.</param>
/// <param name="Train">Patterns of recordings whose calibration part is learned from.</param>
/// <param name="Channels">Columns to use, or null for all.</param>
/// <param name="Units">Unit by channel.</param>
/// <param name="Notes">Free lines for manifest and card.</param>
/// <param name="Seed">Decides everything random.</param>
/// <param name="Spread">How many further seeds are fitted for comparison.</param>
/// <param name="Calibration">Readings from which a device learns; null: by the recordings' length.</param>
/// <param name="Window">Readings in a window; null: the same.</param>
/// <param name="NoReport">No report.html: it shows stretches of the recordings.</param>
internal sealed record FitRequest(
    string Data,
    string Out,
    string[] Normal,
    string[] Train,
    string[]? Channels,
    Dictionary<string, string> Units,
    Dictionary<string, string> Notes,
    ulong Seed,
    int Spread,
    int? Calibration = null,
    int? Window = null,
    bool NoReport = false)
{
    /// <summary>Which recordings the user calls normal from start to end, and of which others the calibration part is.</summary>
    /// <exception cref="ModelingException">A pattern matches no recording.</exception>
    public (List<Recording> Runs, List<Recording> Others) Choose(IReadOnlyList<Recording> recordings)
    {
        foreach (var glob in Normal.Concat(Train))
            if (!recordings.Any(r => RecordingFolder.Matches(r.Name, [glob])))
                throw new ModelingException($"\"{glob}\" fits no recording below {Data}; the first is {recordings[0].Name}");
        var runs = recordings.Where(r => RecordingFolder.Matches(r.Name, Normal)).ToList();
        return (runs, [.. recordings.Where(r => !runs.Contains(r) && RecordingFolder.Matches(r.Name, Train))]);
    }

    /// <exception cref="ModelingException">A unit is for a channel that is not there.</exception>
    public void RequireUnits(Recording first)
    {
        if (Units.Keys.FirstOrDefault(name => !first.Channels.Contains(name)) is { } unknown)
            throw new ModelingException($"--unit names \"{unknown}\", which is no channel; there are {string.Join(", ", first.Channels)}");
    }
}
