using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Training;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Modeling.Normals;

/// <summary>
/// Everything that training takes for normal, chosen without labels: the first part of runs that their maker calls
/// normal, and the calibration part of all other recordings.
/// </summary>
/// <remarks>
/// The runs together have a fixed vote, the others share the rest: a long run of one device must not drown the variety
/// of the others. A window of a run is seen by a calibration that is up to some readings older than it, as on a device
/// that renews its own; one of a calibration part by a random stretch of the same.
/// </remarks>
internal sealed class NormalSource
{
    /// <summary>A run of fewer calibrations than these is drawn from as a part is, where readings are held out.</summary>
    public const int ShortRun = 4;

    private const double BitShare = 0.15;

    private readonly NormalOptions _options;
    private BundleManifest? _manifest;

    private NormalSource(IReadOnlyList<Recording> runs, IReadOnlyList<Recording> others, NormalOptions options) =>
        (Runs, Others, _options) = (runs, others, options);

    public IReadOnlyList<Recording> Runs { get; }
    /// <summary>Recordings whose calibration part is taken for normal.</summary>
    public IReadOnlyList<Recording> Others { get; }
    /// <summary>Smallest spread per channel, in its unit.</summary>
    public required float[] Floors { get; init; }
    /// <summary>Smallest spread per channel, as a share of its level.</summary>
    public required float[] Drifts { get; init; }
    /// <summary>Which channels are bits; empty where nothing is made of that.</summary>
    public bool[] Bits { get; private init; } = [];
    /// <summary>How far each channel wanders, in the device's own spread; empty where floors and drifts tell it.</summary>
    public required float[] Wanders { get; init; }
    /// <summary>Recordings whose calibration part was left out as contaminated.</summary>
    public IReadOnlyList<string> LeftOut { get; private init; } = [];

    /// <summary>What training does not see; empty unless options ask for it.</summary>
    public HeldOut Held { get; private init; } = new([], []);
    /// <summary>What follows the runs in their recordings, where faults may be.</summary>
    public IReadOnlyList<OpenRest> Rests { get; private init; } = [];

    /// <param name="runs">Recordings without a fault from start to end; may be empty.</param>
    /// <param name="others">Recordings of which only the calibration part is read; may be empty.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="rests">What follows the runs in their recordings; only ever judged.</param>
    /// <exception cref="ModelingException">There is nothing to learn from, or a recording is too short.</exception>
    public static NormalSource Collect(
        IReadOnlyList<Recording> runs, IReadOnlyList<Recording> others, NormalOptions options, IReadOnlyList<OpenRest>? rests = null)
    {
        var parts = runs.Select(r => (r, Share(r, options))).Concat(others.Select(o => (o, options.CalibrationReadings))).ToArray();
        if (parts.Length == 0)
            throw new ModelingException("no recording to learn from; check --train and --normal");
        foreach (var run in runs)
            Require(run, (int)Math.Ceiling((options.CalibrationReadings + 2 * options.WindowLength) / options.NormalShare),
                "a normal run (its last third is kept out of training)");
        foreach (var other in others)
            Require(other, options.CalibrationReadings, "calibration");

        var steps = SensorFloors.Estimate(parts, options.FloorSteps);
        var contaminated = Contamination.Find(others, options.CalibrationReadings, steps);
        var clean = others.Where((_, i) => !contaminated[i]).ToArray();
        (Recording, int)[] all = [.. (rests ?? []).Select(r => (r.Recording, r.Recording.Rows)), .. parts];
        var still = options.InOwnSpread ? SensorFloors.OfStill(parts, all, options.FloorSteps) : null;
        var drift = ChannelDrift.Measure(runs, clean, options, rests, still);
        var (learned, learnedParts, held) = options.HoldsOut
            ? HeldOut.Split(runs, clean, options)
            : ([.. runs], [.. clean], new HeldOut([], []));
        return new NormalSource(learned, learnedParts, options)
        {
            Held = held,
            Rests = rests ?? [],
            Floors = still ?? [.. steps.Zip(drift.Sizes, Math.Max)],
            Drifts = drift.Shares,
            Bits = options.InOwnSpread ? SensorFloors.Bits(all) : [],
            // Where channels follow each other, the spread of the load that moves them all must not hide what parts them.
            Wanders = options.IsCoupled ? [.. drift.Wanders.Select(_ => 1f)] : drift.Wanders,
            LeftOut = [.. others.Where((_, i) => contaminated[i]).Select(o => o.Name)],
        };
    }

    /// <summary>Rows of a normal run that training may see.</summary>
    public static int Share(Recording run, NormalOptions options) => (int)(run.Rows * options.NormalShare);

    /// <summary>Writes the z of a random window: [length, channels], oldest reading first.</summary>
    public void Draw(SplittableRandom random, Span<float> z)
    {
        DrawAsRecorded(random, z);
        // A bit that did not change while anyone looked may change tomorrow, and all the same be in order.
        for (var c = 0; c < Bits.Length; c++)
            if (Bits[c] && random.Uniform() < BitShare)
                Flip(z, c, random.Below(_options.WindowLength), random.Uniform() < 0.5 ? SensorFloors.BitZ : -SensorFloors.BitZ);
    }

    private void Flip(Span<float> z, int channel, int start, float change)
    {
        for (var i = start * Floors.Length + channel; i < z.Length; i += Floors.Length)
            z[i] += change;
    }

    private void DrawAsRecorded(SplittableRandom random, Span<float> z)
    {
        var fromRun = Others.Count == 0 || (Runs.Count > 0 && random.Uniform() < _options.RunVote);
        if (fromRun) DrawRun(Runs[random.Below(Runs.Count)], random, z);
        else DrawPart(Others[random.Below(Others.Count)], random, z);
    }

    private void DrawRun(Recording run, SplittableRandom random, Span<float> z)
    {
        var (readings, length) = (_options.CalibrationReadings, _options.WindowLength);
        var rows = Share(run, _options);
        if (_options.HoldsOut && rows < ShortRun * readings)
        {
            DrawAnywhere(run, rows, random, z);
            return;
        }
        var age = random.Below(Math.Min(_options.AgeLimit, rows - readings - length + 1));
        var start = random.Below(rows - readings - length - age + 1);
        Write(run, start, readings, start + readings + age, z);
    }

    private void DrawPart(Recording other, SplittableRandom random, Span<float> z) =>
        DrawAnywhere(other, _options.CalibrationReadings, random, z);

    /// <summary>Of few rows, all calibrations that fit, and all windows: one behind the other leaves hardly any variety.</summary>
    private void DrawAnywhere(Recording recording, int rows, SplittableRandom random, Span<float> z)
    {
        var readings = _options.CalibrationReadings / 2 + random.Below(_options.CalibrationReadings / 2);
        Write(recording, random.Below(rows - readings + 1), readings, random.Below(rows - _options.WindowLength + 1), z);
    }

    private void Write(Recording recording, int start, int readings, int first, Span<float> z)
    {
        var calibration = Wanders.Length == 0
            ? new ChannelCalibration(Floors, readings, _options.Clip, _options.CalibrationBlocks, Drifts, _options.Outlier)
            : new ChannelCalibration(OfReadings(readings));
        for (var r = start; r < start + readings; r++)
            calibration.Learn(recording.Row(r));
        Calibrated.Write(calibration, recording, first, z);
    }

    /// <summary>As a device would that learns from so many.</summary>
    private BundleManifest OfReadings(int readings)
    {
        _manifest ??= NormalManifest.For(this, _options);
        return _manifest with { Calibration = _manifest.Calibration with { Readings = readings } };
    }

    private static void Require(Recording recording, int rows, string purpose)
    {
        if (recording.Rows < rows)
            throw new ModelingException(
                $"{recording.Where(recording.Rows - 1)}: the recording ends after {recording.Rows} readings; {purpose} needs {rows}");
    }
}
