using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Normals;

/// <summary>What of the recordings is learned from, and how long calibration and window are: settled by what there is.</summary>
/// <param name="Recordings">All, with the channels that can be learned.</param>
/// <param name="Options">The recipe's constants, fitted to the recordings.</param>
/// <param name="Runs">Taken for normal from start to end.</param>
/// <param name="Others">Recordings whose calibration part is taken for normal.</param>
/// <param name="Chosen">For each long recording, how many of its first rows were looked at.</param>
/// <param name="IsAutomatic">Nobody has named normal runs.</param>
internal sealed record NormalParts(
    IReadOnlyList<Recording> Recordings,
    NormalOptions Options,
    List<Recording> Runs,
    List<Recording> Others,
    Dictionary<string, int> Chosen,
    bool IsAutomatic)
{
    // Nobody has promised that these parts are free of faults.
    private const double UnvouchedShareLimit = 0.002;
    private const double UnvouchedDrift = 0.2;
    // A fault that lasts fills the window most of the time: with 0 a meter's step was flagged for 46 % of its length, with this for
    // all of it.
    private const double OldFaultShare = 0.4;
    // One false opening must not leave a device flagged for good: its calibration stands still under an open event.
    private const int AdoptCalibrations = 2;
    private const double LongFaultLimit = 0.25, ShortFaultLimit = 0.5;
    private const double LeastRunVote = 0.1, MostRunVote = 0.9;

    /// <summary>
    /// What follows what was taken for normal: of a long recording most is in order, a short one was perhaps made to show a fault.
    /// </summary>
    public IReadOnlyList<OpenRest> Rests =>
    [
        .. Recordings.Where(r => Chosen.ContainsKey(r.Name))
            .Select(r => new OpenRest(r, Chosen[r.Name], LongFaultLimit, IsMostlyNormal: true)),
        .. Others.Where(o => o.Rows > Options.CalibrationReadings)
            .Select(o => new OpenRest(o, Options.CalibrationReadings, ShortFaultLimit, IsMostlyNormal: false)),
    ];

    /// <exception cref="ModelingException">The recordings are too short.</exception>
    public static NormalParts Of(FitRequest request, NormalOptions options, IReadOnlyList<Recording> recordings, List<string> notes)
    {
        options = FitScale.For(recordings, options, request.Calibration, request.Window, notes);
        var (runs, others) = request.Choose(recordings);
        var isAutomatic = request.Normal.Length == 0 && request.Train is ["*"];
        var chosen = new Dictionary<string, int>();
        if (isAutomatic)
            foreach (var other in others.Where(o => NormalChoice.IsLong(o, options, recordings.Count == 1)).ToArray())
            {
                var choice = NormalChoice.Of(other, options);
                notes.Add(choice.Describe(other));
                chosen[other.Name] = choice.FirstRows;
                runs.Add(choice.Run);
                others.Remove(other);
            }
        foreach (var stump in others.Where(o => o.Rows < options.CalibrationReadings).ToArray())
        {
            // With a named choice the recipe itself says which recording is too short.
            if (!isAutomatic || others.Count + runs.Count == 1) continue;
            notes.Add($"{stump.Name}: not learned from: it ends after {stump.Rows} readings, "
                + $"calibration needs {options.CalibrationReadings}");
            others.Remove(stump);
        }
        if (isAutomatic)
            options = options with
            {
                Features = [.. options.Features, Stillness.Of(options.WindowLength)],
                NormalShare = 1,
                HoldsOut = true,
                InOwnSpread = true,
                MixesChannels = true,
                SticksInPlace = true,
                OldFaults = OldFaultShare,
                DriftAdded = UnvouchedDrift,
                AdoptAfter = AdoptCalibrations * options.CalibrationReadings,
                RunShareLimit = UnvouchedShareLimit,
                RunVote = Vote(runs.Sum(r => (double)r.Rows), others.Count * options.CalibrationReadings),
            };
        return new NormalParts(recordings, options, runs, others, chosen, isAutomatic);
    }

    /// <summary>Runs count by their share of what is learned from, within bounds.</summary>
    private static double Vote(double runRows, int partRows) =>
        runRows == 0 ? LeastRunVote : Math.Clamp(runRows / (runRows + partRows), LeastRunVote, MostRunVote);
}
