using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Recipes;

/// <summary>The stretches from which drift is measured.</summary>
/// <param name="Short">Second halves of calibration parts, calibrated on the first: many devices, a short while.</param>
/// <param name="ShortRuns">The same lengths cut from normal runs.</param>
/// <param name="LongRuns">Normal runs up to the full age: few devices, a long while.</param>
internal sealed record DriftEvidence(
    IReadOnlyList<NormalStretch> Short,
    IReadOnlyList<NormalStretch> ShortRuns,
    IReadOnlyList<NormalStretch> LongRuns)
{
    public static DriftEvidence Collect(IReadOnlyList<Recording> runs, IReadOnlyList<Recording> others, float[] floors, RecipeOptions options)
    {
        var (half, whole) = (options.CalibrationReadings / 2, options.CalibrationReadings);
        return new DriftEvidence(
            [.. others.Select(o => NormalStretch.After(o, 0, half, whole, floors, options))],
            [.. runs.SelectMany(run => Starts(run, whole, options).Select(start => NormalStretch.After(run, start, half, start + whole, floors, options)))],
            [.. runs.SelectMany(run => AfterEachCalibration(run, options.AgeLimit, floors, options))]);
    }

    /// <summary>A run's stretches of up to <paramref name="age"/> readings, one after each calibration.</summary>
    public static NormalStretch[] AfterEachCalibration(Recording run, int age, float[] floors, RecipeOptions options)
    {
        var readings = options.CalibrationReadings;
        var rows = NormalSource.Share(run, options);
        return [.. Starts(run, readings + age, options)
            .Select(start => NormalStretch.After(run, start, readings, Math.Min(rows, start + readings + age), floors, options))];
    }

    /// <summary>Where stretches of <paramref name="length"/> begin; at least one, cut short where the run is.</summary>
    private static IEnumerable<int> Starts(Recording run, int length, RecipeOptions options)
    {
        var last = Math.Max(0, NormalSource.Share(run, options) - length);
        for (var start = 0; start <= last; start += options.CalibrationStep)
            yield return start;
    }
}
