using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>A recording and what a model made of its last rows.</summary>
/// <param name="Recording">All of it.</param>
/// <param name="Verdicts">For its last rows, whether an event was open.</param>
internal sealed record JudgedRecording(Recording Recording, bool[] Verdicts)
{
    /// <summary>First row with a verdict.</summary>
    public int First => Recording.Rows - Verdicts.Length;

    /// <summary>Event time over which it was judged.</summary>
    public TimeSpan Span => Recording.Times[^1] - Recording.Times[First];

    /// <summary>The events: rows of the recording, from the one that opened it to the one behind the last.</summary>
    public IEnumerable<(int Start, int End)> Alarms => ProtocolScore.Runs(Verdicts).Select(run => (run.Start + First, run.End + First));

    /// <summary>Time from a row to another one, which may lie behind the last.</summary>
    public TimeSpan Between(int start, int end) => Recording.Times[Math.Min(end, Recording.Rows - 1)] - Recording.Times[start];

    /// <summary>Judges each as a device of its own.</summary>
    public static List<JudgedRecording> Judge(BundleManifest manifest, ModelProto model, IEnumerable<Recording> recordings)
    {
        using var replay = new DeviceReplay(manifest, model, provisional: true);
        return [.. recordings.Select(r => new JudgedRecording(r, replay.Judge(r)))];
    }

    /// <summary>The same with a verdict for each row from <paramref name="first"/> on; a row that was not judged is not flagged.</summary>
    public JudgedRecording From(int first) => Recording.Rows <= first
        ? throw new NothingToJudgeException(
            $"{Recording.Name}:{Recording.LineOf(Recording.Rows - 1)}: the recording ends after {Recording.Rows} readings; "
            + $"the protocol leaves out the first {first}, and none is left to score")
        : this with
        {
            Verdicts = [.. Enumerable.Range(first, Recording.Rows - first).Select(row => row >= First && Verdicts[row - First])],
        };
}
