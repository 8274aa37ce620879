using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes;

/// <summary>
/// Everything that training takes for normal, chosen without labels: the first part of runs that their maker calls
/// normal, and the calibration part of all other recordings.
/// </summary>
/// <remarks>
/// Each recording has one vote, however long it is: a long run of one device must not drown the variety of the
/// others. A run is calibrated again every few readings and gives the windows up to some age after each calibration.
/// A calibration part gives its own windows, which show the device's noise; <see cref="Drift"/> adds what they lack.
/// </remarks>
internal sealed class NormalSource
{
    private readonly List<IReadOnlyList<NormalStretch>> _recordings = [];

    private NormalSource(float[] floors, DriftEvidence evidence) => (Floors, Evidence) = (floors, evidence);

    /// <summary>Smallest spread per channel, in its unit.</summary>
    public float[] Floors { get; }
    public DriftEvidence Evidence { get; }
    /// <summary>Recordings whose calibration part was left out as contaminated.</summary>
    public IReadOnlyList<string> LeftOut { get; private init; } = [];

    /// <param name="runs">Recordings without a fault from start to end; may be empty.</param>
    /// <param name="others">Recordings of which only the calibration part is read; may be empty.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <exception cref="ModelingException">There is nothing to learn from, or a recording is too short.</exception>
    public static NormalSource Collect(IReadOnlyList<Recording> runs, IReadOnlyList<Recording> others, RecipeOptions options)
    {
        var parts = runs.Select(r => (r, Share(r, options))).Concat(others.Select(o => (o, options.CalibrationReadings))).ToArray();
        if (parts.Length == 0)
            throw new ModelingException("no recording to learn from; check --train and --normal");
        foreach (var run in runs)
            Require(run, (int)Math.Ceiling((options.CalibrationReadings + options.WindowLength) / options.NormalShare), "a normal run (its last third is kept out of training)");
        foreach (var other in others)
            Require(other, options.CalibrationReadings, "calibration");

        var floors = SensorFloors.Estimate(parts, options.FloorSteps);
        var contaminated = Contamination.Find(others, options.CalibrationReadings, floors);
        var clean = others.Where((_, i) => !contaminated[i]).ToArray();
        var source = new NormalSource(floors, DriftEvidence.Collect(runs, clean, floors, options))
        {
            LeftOut = [.. others.Where((_, i) => contaminated[i]).Select(o => o.Name)],
        };
        source._recordings.AddRange(runs.Select(run => DriftEvidence.AfterEachCalibration(run, options.AgeLimit, floors, options)));
        source._recordings.AddRange(clean.Select(other => new[] { NormalStretch.Within(other, floors, options) }));
        return source;
    }

    /// <summary>Rows of a normal run that training may see.</summary>
    public static int Share(Recording run, RecipeOptions options) => (int)(run.Rows * options.NormalShare);

    /// <summary>A random window: [length, channels] of z.</summary>
    public ReadOnlySpan<float> Draw(SplittableRandom random)
    {
        var stretches = _recordings[random.Below(_recordings.Count)];
        var stretch = stretches[random.Below(stretches.Count)];
        return stretch.Window(random.Below(stretch.Windows));
    }

    private static void Require(Recording recording, int rows, string purpose)
    {
        if (recording.Rows < rows)
            throw new ModelingException($"{recording.Name}:{Recording.LineOf(recording.Rows - 1)}: the recording ends after {recording.Rows} readings; {purpose} needs {rows}");
    }
}
