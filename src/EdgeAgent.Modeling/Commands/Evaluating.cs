using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Evaluation.Nab;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Commands;

/// <summary>The way from a bundle and recordings to figures.</summary>
/// <param name="request">What the user asks for.</param>
internal sealed class Evaluating(EvaluateRequest request)
{
    public const string Plain = "plain", Skab = "skab", Nab = "nab";
    /// <summary>The ways of counting.</summary>
    public static readonly string[] Protocols = [Plain, Skab, Nab];
    // In SKAB the first 400 rows of a file are for training, whatever a model needs of them.
    private const int SkabTrainingRows = 400;

    private readonly ModelBundle _bundle = ModelBundle.Load(request.Bundle);

    /// <exception cref="ModelingException">Bundle, recordings and what is asked do not fit each other.</exception>
    public Evaluated Run()
    {
        _ = Channels.Columns;
        return request.Protocol == Nab ? OverNab() : OverFolder();
    }

    private ChannelArgument Channels => new(_bundle.Manifest, request.Channel, request.Bundle);

    private Evaluated OverFolder()
    {
        var (labelled, unlabelled) = (new List<Recording>(), new List<Recording>());
        foreach (var recording in Channels.Read(request.Data))
            (recording.Labels is null ? unlabelled : labelled).Add(recording);
        if (request.Protocol == Skab && labelled.Count == 0)
            throw new ModelingException($"{request.Data}: no recording has a column \"anomaly\"; the protocol skab needs labels");
        var skipped = WithoutStumps(labelled, unlabelled);
        var traffic = new Traffic(_bundle.Manifest);
        var judged = labelled.Count == 0 ? [] : Models().Select(m => (m.Name, Recordings: Judge(m.Model, labelled))).ToArray();
        if (request.Verdicts is { } path)
            VerdictFile.Write(path, judged is [var first, ..] ? first.Recordings : []);
        return new Evaluated(_bundle.Manifest.Name, _bundle.Manifest.Version, request.Protocol,
            [.. judged.Select(j => new ModelFigures(Figures.Of(j.Name, j.Recordings, traffic), [.. j.Recordings.Select(Each)]))],
            [.. JudgedRecording.Judge(_bundle.Manifest, OnnxFile.Read(_bundle.ModelPath), unlabelled).Select(Each)],
            Agreement([.. judged.Select(j => j.Recordings)])) { Skipped = skipped };

        Figures Each(JudgedRecording recording) => Figures.Of(recording.Recording.Name, [recording], traffic);
    }

    /// <summary>Takes out recordings of which nothing is left to judge, and says why.</summary>
    /// <exception cref="NothingToJudgeException">All are like that.</exception>
    private List<string> WithoutStumps(List<Recording> labelled, List<Recording> unlabelled)
    {
        var (skipped, model) = (new List<string>(), OnnxFile.Read(_bundle.ModelPath));
        foreach (var list in new[] { labelled, unlabelled })
            list.RemoveAll(recording =>
            {
                try
                {
                    // What is long is judged anyway, and only once.
                    if (!IsShort(recording)) return false;
                    Judge(model, [recording]);
                    return false;
                }
                catch (NothingToJudgeException e)
                {
                    skipped.Add(e.Message);
                    return true;
                }
            });
        return labelled.Count + unlabelled.Count > 0 ? skipped : throw new NothingToJudgeException(string.Join("\n  ", skipped));
    }

    /// <summary>Whether it may end before anything is judged; gaps make it longer than it looks.</summary>
    private bool IsShort(Recording recording)
    {
        var (calibration, window) = (_bundle.Manifest.Calibration.Needed, _bundle.Manifest.Window);
        var stride = _bundle.Manifest.CalibratesFeatures ? window.Stride : 1;
        return window.Gap is not null
            || recording.Rows <= Math.Max(SkabTrainingRows, calibration * stride + window.Length + window.Stride);
    }

    private Evaluated OverNab()
    {
        var windows = NabWindows.Read(request.Windows ?? throw new ModelingException(
            "--windows is missing: the protocol nab scores by a list of windows, such as NAB's windows.json"));
        var files = windows.Keys
            .Select(name => (Name: name, Path: Path.Combine(request.Data, name)))
            .Where(f => File.Exists(f.Path))
            .Select(f => NabFile.Read(f.Path, f.Name, Channels.Columns))
            .ToArray();
        if (files.Length == 0)
            throw new ModelingException($"{request.Data}: holds none of the {windows.Count} recordings that {request.Windows} names");
        foreach (var file in files)
            Channels.RequireChoice(file.Recording);
        var protocol = new NabProtocol(files, windows, _bundle.Manifest);
        var judged = new List<List<JudgedRecording>>();
        var models = new List<ModelFigures>();
        foreach (var (name, model) in Models())
        {
            models.Add(protocol.Score(name, model, out var recordings));
            judged.Add(recordings);
        }
        if (request.Verdicts is { } path)
            VerdictFile.WriteOpenings(path, judged[0]);
        return new Evaluated(_bundle.Manifest.Name, _bundle.Manifest.Version, request.Protocol, models, [], Agreement(judged));
    }

    /// <summary>The bundle's model and, where there is one, its twin.</summary>
    private IEnumerable<(string Name, ModelProto Model)> Models()
    {
        var twin = Path.Combine(request.Bundle, BundleWriter.FloatModel);
        yield return (File.Exists(twin) ? "INT8" : _bundle.Manifest.Name, OnnxFile.Read(_bundle.ModelPath));
        if (File.Exists(twin))
            yield return ("FP32", OnnxFile.Read(twin));
    }

    private List<JudgedRecording> Judge(ModelProto model, List<Recording> recordings)
    {
        var judged = JudgedRecording.Judge(_bundle.Manifest, model, recordings);
        return request.Protocol == Skab ? [.. judged.Select(j => j.From(SkabTrainingRows))] : judged;
    }

    private static double? Agreement(List<List<JudgedRecording>> judged) => judged is not [var first, var second] ? null
        : first.Zip(second).Sum(p => p.First.Verdicts.Zip(p.Second.Verdicts).Count(v => v.First == v.Second))
            / (double)first.Sum(j => j.Verdicts.Length);
}
