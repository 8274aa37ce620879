using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Bundling;

/// <summary>Writes a bundle: INT8 model, its FP32 twin, manifest, golden windows, card. The same draft gives the same bytes.</summary>
internal static class BundleWriter
{
    /// <summary>The unquantized twin, for comparison; agents do not read it.</summary>
    public const string FloatModel = "model.fp32.onnx";

    /// <param name="folder">Made where it is missing; files of these names are replaced.</param>
    /// <param name="draft">The model.</param>
    /// <param name="reports">What it reached; the first is the INT8 model where there were labels.</param>
    /// <param name="normalRuns">Names of the recordings without a fault.</param>
    public static void Write(string folder, BundleDraft draft, IReadOnlyList<Report> reports, string[] normalRuns)
    {
        Directory.CreateDirectory(folder);
        var manifest = draft.Manifest with { Figures = Figures(reports) };
        File.WriteAllBytes(Path.Combine(folder, manifest.Model), draft.QuantizedFile);
        File.WriteAllBytes(Path.Combine(folder, FloatModel), draft.Model.Float.ToByteArray());
        WriteText(folder, ModelBundle.ManifestFile, JsonSerializer.Serialize(manifest, BundleManifestJson.Default.BundleManifest));
        WriteText(folder, GoldenWindows.FileName, JsonSerializer.Serialize(GoldenMaker.Make(draft), GoldenWindowsJson.Default.GoldenWindows));
        WriteText(folder, "README.md", ModelCard.Write(draft, reports, normalRuns));
    }

    /// <summary>The first report's figures for the manifest, or null where nothing had labels.</summary>
    public static Dictionary<string, double>? Figures(IReadOnlyList<Report> reports)
    {
        var figures = new Dictionary<string, double>();
        if (reports is [{ Score: { } score }, ..])
        {
            figures["f1"] = Rounded(score.F1);
            figures["falseAlarmRate"] = Rounded(score.FalseAlarmRate);
            figures["missedAlarmRate"] = Rounded(score.MissedAlarmRate);
            figures["events"] = score.Events;
            figures["eventsFound"] = score.Found;
            if (score.Found > 0)
                figures["meanDelaySeconds"] = Rounded(score.MeanDelaySeconds);
        }
        return figures.Count > 0 ? figures : null;
    }

    private static double Rounded(double value) => Math.Round(value, 4);

    private static void WriteText(string folder, string name, string text) =>
        File.WriteAllText(Path.Combine(folder, name), text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n");
}
