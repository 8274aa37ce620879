using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Bundling;

/// <summary>Writes a bundle: INT8 model, its FP32 twin, manifest, golden windows, card. The same model gives the same bytes.</summary>
internal static class BundleWriter
{
    /// <summary>The unquantized twin, for comparison; agents do not read it.</summary>
    public const string FloatModel = "model.fp32.onnx";

    /// <summary>Writes everything but the card.</summary>
    /// <param name="folder">Made where it is missing; files of these names are replaced.</param>
    /// <param name="manifest">With figures.</param>
    /// <param name="quantized">The INT8 model.</param>
    /// <param name="twin">The same in FP32.</param>
    /// <param name="golden">What the INT8 model says of some windows.</param>
    public static void Write(string folder, BundleManifest manifest, ModelProto quantized, ModelProto twin, GoldenWindows golden)
    {
        Write(folder, manifest, quantized, golden);
        File.WriteAllBytes(Path.Combine(folder, FloatModel), twin.ToByteArray());
    }

    /// <summary>Writes everything but the card of a model that has no twin: what has no weights is not quantized.</summary>
    public static void Write(string folder, BundleManifest manifest, ModelProto model, GoldenWindows golden)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, manifest.Model), model.ToByteArray());
        File.Delete(Path.Combine(folder, FloatModel));
        WriteText(folder, ModelBundle.ManifestFile, JsonSerializer.Serialize(manifest, BundleManifestJson.Default.BundleManifest));
        WriteText(folder, GoldenWindows.FileName, JsonSerializer.Serialize(golden, GoldenWindowsJson.Default.GoldenWindows));
    }

    /// <summary>Writes everything but the card of a model that was learned from a folder of recordings.</summary>
    /// <param name="draft">The model; its request says where to.</param>
    /// <param name="reports">What it reached; the first is the INT8 model where there were labels.</param>
    public static void Write(BundleDraft draft, IReadOnlyList<Report> reports) =>
        Write(draft.Request.Out, draft.Written with { Figures = Figures(reports) },
            draft.Model.Quantized, draft.Model.Float, draft.Model.Golden ?? GoldenMaker.Make(draft));

    /// <summary>Writes a card that is complete; <see cref="ManifestCard"/> writes one that the manifest completes.</summary>
    public static void WriteCard(string folder, string card) => WriteText(folder, ManifestCard.FileName, card);

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
