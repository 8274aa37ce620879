using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Normals;

/// <summary>What a request names as normal, for the recipes that choose nothing by themselves.</summary>
/// <param name="Recordings">All of the folder.</param>
/// <param name="Runs">Those without a fault from start to end.</param>
/// <param name="Normals">What is learned from.</param>
/// <param name="Options">Lengths.</param>
internal sealed record NamedNormals(
    IReadOnlyList<Recording> Recordings, IReadOnlyList<Recording> Runs, NormalSource Normals, NormalOptions Options)
{
    /// <exception cref="ModelingException">The recordings cannot be used.</exception>
    public static NamedNormals Read(FitRequest request, NormalOptions options, Action<string> progress)
    {
        var recordings = RecordingFolder.Read(request.Data, request.Channels);
        var (runs, others) = request.Choose(recordings);
        request.RequireUnits(recordings[0]);
        progress($"{recordings.Count} recordings, {recordings[0].Channels.Length} channels; "
            + $"learning from {runs.Count} normal runs and {others.Count} calibration parts");
        var normals = NormalSource.Collect(runs, others, options);
        foreach (var name in normals.LeftOut)
            progress($"left out, its calibration part moves unlike the others: {name}");
        return new NamedNormals(recordings, runs, normals, options);
    }

    /// <summary>How a model and its FP32 twin do on all recordings.</summary>
    public List<Report> Measure(BundleManifest manifest, ModelProto quantized, ModelProto twin) =>
    [
        .. Report.Labelled("INT8", manifest, quantized, Recordings),
        .. Report.Labelled("FP32", manifest, twin, Recordings),
        .. Runs.Select(run => Report.NormalRun(manifest, quantized, run, NormalSource.Share(run, Options))),
    ];
}
