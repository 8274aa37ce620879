using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes;

/// <summary>
/// Everything that training takes for normal, chosen without labels: the first part of runs that their maker calls
/// normal, and the calibration part of all other recordings.
/// </summary>
/// <remarks>
/// A normal run is calibrated again every few readings, and gives windows up to some age after each calibration: it
/// teaches how channels drift. A calibration part is split: its first half calibrates, its second gives windows.
/// Half of the calibration a device gets makes these somewhat noisier than life, which errs on the calm side. When
/// there are both, each gives half of the windows, however long it is.
/// </remarks>
internal sealed class NormalSource
{
    private readonly List<List<NormalStretch>> _kinds = [];

    private NormalSource(float[] floors) => Floors = floors;

    /// <summary>Smallest spread per channel, in its unit.</summary>
    public float[] Floors { get; }
    /// <summary>Recordings whose calibration part was left out as contaminated.</summary>
    public List<string> LeftOut { get; } = [];
    /// <summary>How many recordings give their calibration part.</summary>
    public int Prefixes { get; private set; }

    /// <param name="runs">Recordings without a fault from start to end; may be empty.</param>
    /// <param name="others">Recordings of which only the calibration part is read; may be empty.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <exception cref="ModelingException">There is nothing to learn from, or a recording is too short.</exception>
    public static NormalSource Collect(IReadOnlyList<Recording> runs, IReadOnlyList<Recording> others, RecipeOptions options)
    {
        var parts = runs.Select(r => (r, (int)(r.Rows * options.NormalShare))).Concat(others.Select(o => (o, options.CalibrationReadings))).ToArray();
        if (parts.Length == 0)
            throw new ModelingException("no recording to learn from; check --train and --normal");
        foreach (var run in runs)
            Require(run, (int)Math.Ceiling((options.CalibrationReadings + options.WindowLength) / options.NormalShare), "a normal run (its last third is kept out of training)");
        foreach (var other in others)
            Require(other, options.CalibrationReadings, "calibration");

        var source = new NormalSource(SensorFloors.Estimate(parts, options.FloorSteps));
        source.AddRuns(runs, options);
        source.AddPrefixes(others, options);
        return source;
    }

    /// <summary>A random window: [length, channels] of z.</summary>
    public ReadOnlySpan<float> Draw(SplittableRandom random)
    {
        var kind = _kinds[random.Below(_kinds.Count)];
        var stretch = kind[random.Below(kind.Count)];
        return stretch.Window(random.Below(stretch.Windows));
    }

    private void AddRuns(IReadOnlyList<Recording> runs, RecipeOptions options)
    {
        var stretches = new List<NormalStretch>();
        foreach (var run in runs)
        {
            var rows = (int)(run.Rows * options.NormalShare);
            // The last calibrations would have few windows after them: all keep the full age where the run allows.
            var lastStart = Math.Max(0, rows - options.CalibrationReadings - options.AgeLimit);
            for (var start = 0; start <= lastStart; start += options.CalibrationStep)
                stretches.Add(NormalStretch.Cut(run, start, options.CalibrationReadings, Math.Min(rows, start + options.CalibrationReadings + options.AgeLimit), Floors, options));
        }
        if (stretches.Count > 0)
            _kinds.Add(stretches);
    }

    private void AddPrefixes(IReadOnlyList<Recording> others, RecipeOptions options)
    {
        var contaminated = Contamination.Find(others, options.CalibrationReadings, Floors, options.Clip);
        LeftOut.AddRange(others.Where((_, i) => contaminated[i]).Select(o => o.Name));
        var stretches = others.Where((_, i) => !contaminated[i])
            .Select(o => NormalStretch.Cut(o, 0, options.CalibrationReadings / 2, options.CalibrationReadings, Floors, options))
            .ToList();
        Prefixes = stretches.Count;
        if (stretches.Count > 0)
            _kinds.Add(stretches);
    }

    private static void Require(Recording recording, int rows, string purpose)
    {
        if (recording.Rows < rows)
            throw new ModelingException($"{recording.Name}:{Recording.LineOf(recording.Rows - 1)}: the recording ends after {recording.Rows} readings; {purpose} needs {rows}");
    }
}
