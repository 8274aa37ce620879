using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>Verdicts as lines <c>file,datetime,anomaly</c>, the form that SKAB's scorers read.</summary>
internal static class VerdictFile
{
    public static void Write(string path, BundleManifest manifest, ModelProto model, IEnumerable<Recording> recordings)
    {
        using var replay = new DeviceReplay(manifest, model);
        using var writer = new StreamWriter(path) { NewLine = "\n" };
        writer.WriteLine("file,datetime,anomaly");
        foreach (var recording in recordings)
        {
            var verdicts = replay.Judge(recording);
            var first = recording.Rows - verdicts.Length;
            for (var i = 0; i < verdicts.Length; i++)
                writer.WriteLine($"{recording.Name},{recording.TimeTexts[first + i]},{(verdicts[i] ? 1 : 0)}");
        }
    }
}
