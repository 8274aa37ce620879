using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Normals;

/// <summary>Fits the lengths of calibration and window to the recordings that there are.</summary>
internal static class FitScale
{
    /// <summary>Readings that a recording must have to be learned from at all.</summary>
    public const int RowsNeeded = 150;
    private const int SmallestCalibration = 60;
    private const double CalibrationShare = 0.4;
    // From here on the usual calibration leaves enough to judge.
    private const double RoomNeeded = 1.75;
    private const int SmallestWindow = 12, SmallestHorizon = 4;

    /// <param name="recordings">All of them.</param>
    /// <param name="options">The recipe's constants; a copy is changed.</param>
    /// <param name="calibration">Readings that the user asks for, or null.</param>
    /// <param name="window">The same of the window.</param>
    /// <param name="notes">Told what was changed.</param>
    /// <exception cref="ModelingException">All recordings are too short.</exception>
    public static NormalOptions For(
        IReadOnlyList<Recording> recordings, NormalOptions options, int? calibration, int? window, List<string> notes)
    {
        var readings = calibration ?? Readings(recordings, options.CalibrationReadings);
        if (readings == options.CalibrationReadings && window is null) return options;
        var length = window ?? Math.Min(options.WindowLength, readings / 2);
        if (length < SmallestWindow || length > readings)
            throw new ModelingException($"--window {length}: expected {SmallestWindow} to {readings}, the readings of the calibration");
        if (calibration is null && readings != options.CalibrationReadings)
            notes.Add($"the recordings are short: a device learns from its first {readings} readings "
                + $"instead of {options.CalibrationReadings}, and windows have {length}; --calibration and --window say otherwise");
        return options with
        {
            CalibrationReadings = readings,
            AgeLimit = Math.Max(1, options.AgeLimit * readings / options.CalibrationReadings),
            WindowLength = length,
            Features = [.. options.Features.Select(f => Scaled(f, length, options.WindowLength))],
        };
    }

    private static ManifestFeature Scaled(ManifestFeature feature, int length, int usual) =>
        feature with { Over = Math.Clamp((int)Math.Round(feature.Over * (double)length / usual), SmallestHorizon, length) };

    private static int Readings(IReadOnlyList<Recording> recordings, int usual)
    {
        var rows = recordings.Select(r => r.Rows).Order().ToArray();
        // A few stumps among long recordings do not decide for all; they are judged, if they can be, and not learned from.
        var shortest = rows.First(n => n * 2 >= rows[rows.Length / 2]);
        if (shortest < RowsNeeded) shortest = rows.FirstOrDefault(n => n >= RowsNeeded);
        if (shortest == 0)
        {
            var longest = recordings.MaxBy(r => r.Rows)!;
            var others = recordings.Count > 1 ? ", and none of the others is longer" : "";
            throw new ModelingException($"{longest.Where(longest.Rows - 1)}: the recording ends after {longest.Rows} readings{others}; "
                + $"a model needs recordings of {RowsNeeded} readings at least, better of {(int)(RoomNeeded * usual)} and more"
                + (recordings.Count > 1 ? "; where files follow one another in time, join those of a device into one" : ""));
        }
        return shortest >= RoomNeeded * usual ? usual : Math.Min(usual, Math.Max(SmallestCalibration, (int)(CalibrationShare * shortest)));
    }
}
