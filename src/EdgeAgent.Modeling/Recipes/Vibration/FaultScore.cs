using EdgeAgent.Modeling.Simulation;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>How a model did on machines with one kind of fault, or on sound ones.</summary>
/// <param name="fault">What goes wrong.</param>
/// <param name="runs">Where the machines come from.</param>
/// <param name="windowsOfBlock">Windows of a block.</param>
internal sealed class FaultScore(FaultKind fault, SimulatedRuns runs, int windowsOfBlock)
{
    private readonly List<int> _delays = [];

    public FaultKind Fault => fault;
    public int Machines { get; private set; }
    public int Found => _delays.Count;
    /// <summary>Events that begin while the machine is sound.</summary>
    public int FalseEvents { get; private set; }
    /// <summary>Sound windows that were judged, and those under an open event.</summary>
    public int SoundWindows { get; private set; }
    public int SoundFlagged { get; private set; }
    /// <summary>Blocks from onset to the event, in the middle of the machines that were found.</summary>
    public int? MedianDelay => _delays.Count == 0 ? null : _delays.Order().ElementAt(_delays.Count / 2);
    /// <summary>Strength of the fault then, 0 to 1.</summary>
    public double? SeverityAtMedian => MedianDelay is { } delay ? runs.Severity(delay) : null;

    public void Add(MachineRun run, ReadOnlySpan<WindowVerdict> verdicts)
    {
        Machines++;
        var onset = run.Onset - (run.Windows - verdicts.Length);
        var sound = verdicts[..Math.Min(onset, verdicts.Length)];
        SoundWindows += sound.Length;
        for (var w = 0; w < sound.Length; w++)
        {
            if (sound[w].IsOpen) SoundFlagged++;
            if (sound[w].IsOpen && (w == 0 || !sound[w - 1].IsOpen)) FalseEvents++;
        }
        if (onset >= verdicts.Length) return;
        // An event that was open before is a false one; it finds nothing.
        for (var w = onset; w < verdicts.Length; w++)
        {
            if (!verdicts[w].IsOpen || (w > 0 && verdicts[w - 1].IsOpen)) continue;
            _delays.Add((w - onset) / windowsOfBlock);
            return;
        }
    }
}
