using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Evaluation.Nab;

/// <summary>Scores a model by NAB's rule. A detection is where an event opens.</summary>
/// <param name="files">The recordings.</param>
/// <param name="windows">By the recordings' names.</param>
/// <param name="manifest">How a device judges.</param>
internal sealed class NabProtocol(
    IReadOnlyList<NabFile> files, IReadOnlyDictionary<string, (string First, string Last)[]> windows, BundleManifest manifest)
{
    /// <param name="name">How results name the model.</param>
    /// <param name="model">The model.</param>
    /// <param name="judged">What it made of each file.</param>
    public ModelFigures Score(string name, ModelProto model, out List<JudgedRecording> judged)
    {
        judged = JudgedRecording.Judge(manifest, model, files.Select(f => f.Recording));
        var traffic = new Traffic(manifest);
        var (scores, delays, rows) = (new List<NabScore>(), new List<double>(), new List<Figures>());
        for (var i = 0; i < files.Count; i++)
        {
            var times = files[i].RowTimes;
            var score = NabScore.Of(times, windows[files[i].Recording.Name], Openings(judged[i]).ToHashSet());
            double[] own = [.. score.FirstRows.Select(f => NabFile.Time(times[f.Detection]) - NabFile.Time(times[f.Window]))
                .Select(delay => delay.TotalSeconds)];
            scores.Add(score);
            delays.AddRange(own);
            rows.Add(With(Figures.Counts(files[i].Recording.Name, [judged[i]], traffic), score, own));
        }
        return new ModelFigures(With(Figures.Counts(name, judged, traffic), NabScore.Sum(scores), delays), rows);
    }

    /// <summary>Times at which an event opens.</summary>
    public static IEnumerable<string> Openings(JudgedRecording judged) => judged.Alarms.Select(a => judged.Recording.TimeTexts[a.Start]);

    private static Figures With(Figures figures, NabScore score, IReadOnlyCollection<double> delays) => figures with
    {
        Nab = score.Normalised,
        Events = score.Windows,
        EventsFound = score.Found,
        MeanDelaySeconds = delays.Count > 0 ? delays.Average() : null,
        MedianDelaySeconds = delays.Count > 0 ? delays.Order().ElementAt(delays.Count / 2) : null,
        FalseAlarms = score.False,
        FalseAlarmsPerDay = Figures.Rate(score.False, figures.Days),
    };
}
