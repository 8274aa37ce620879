using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recipes;
using EdgeAgent.Modeling.Training;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Bundling;

/// <summary>Writes the bundle of a convolutional autoencoder: INT8 model, its FP32 twin, manifest, golden windows, card.</summary>
internal static class ConvBundle
{
    private const string FirstVersion = "1.0.0";
    private const ulong GoldenSeed = 20260101;
    // Of the error itself: kernels for integers agree to a step of the output in a few places.
    private const float GoldenTolerance = 0.05f;

    /// <summary>What the agent needs to know of a fitted model.</summary>
    public static BundleManifest Manifest(FitRequest request, ConvOptions options, NormalSource normals, FittedAutoencoder model) => ContrastManifest.For(normals, options.Normals) with
    {
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Out)),
        Version = FirstVersion,
        Description = "Rebuilds a window of normal operation; what it cannot rebuild is unusual; learned without labels (convolutional autoencoder, INT8)",
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(model.Quantized.ToByteArray())),
        Channels = [.. ContrastManifest.Channels(normals).Select(c => c with { Unit = request.Units.GetValueOrDefault(c.Name) })],
        Input = new ManifestInput { Name = ConvExport.Input, Layout = "window" },
        Output = ConvRecipe.Output,
        Provenance = new Dictionary<string, string>(request.Notes)
        {
            ["tool"] = "edgeagent-model fit",
            ["recipe"] = ConvFitting.Recipe,
            ["seed"] = $"{request.Seed}",
            ["labels"] = "none used",
        },
    };

    /// <param name="folder">Made where it is missing; files of these names are replaced.</param>
    /// <param name="manifest">With figures.</param>
    /// <param name="model">The model.</param>
    /// <param name="how">The card's part that the manifest does not tell.</param>
    public static void Write(string folder, BundleManifest manifest, FittedAutoencoder model, string how)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, manifest.Model), model.Quantized.ToByteArray());
        File.WriteAllBytes(Path.Combine(folder, BundleWriter.FloatModel), model.Float.ToByteArray());
        File.WriteAllText(Path.Combine(folder, ModelBundle.ManifestFile), JsonSerializer.Serialize(manifest, BundleManifestJson.Default.BundleManifest) + "\n");
        File.WriteAllText(Path.Combine(folder, GoldenWindows.FileName), JsonSerializer.Serialize(Golden(manifest, model), GoldenWindowsJson.Default.GoldenWindows) + "\n");
        File.WriteAllText(Path.Combine(folder, "README.md"), ManifestCard.Renew(ModelBundle.Load(folder), how));
    }

    /// <summary>The part of the card that says how the model was made and what it reached.</summary>
    public static string How(FitRequest request, ConvOptions options, int channels, FittedAutoencoder model, IReadOnlyList<Report> reports)
    {
        var card = new StringBuilder();
        var layers = options.Layers(channels).Select(l => $"{l.Outputs / l.Phases} × {l.Kernel}{(l.Stride > 1 ? $" / {l.Stride}" : "")}{(l.Phases > 1 ? $" · {l.Phases}" : "")}");
        card.Append(CultureInfo.InvariantCulture, $"""
            # {Path.GetFileName(request.Out)}

            ## How it was made

            ```
            {CommandText.Of(request)} \
              --recipe {ConvFitting.Recipe}
            ```

            - Convolutions over {options.Normals.WindowLength} readings (filters × readings, / stride, · readings made of one): {string.Join(", ", layers)}; ReLU between them but not around the narrow middle; {model.Parameters} numbers.
            - Learned by mean squared error on {options.TrainingWindows} normal windows with the drift that normal operation shows, {options.Trainer.Epochs} times over (Adam).
            - Threshold: {ThresholdSearch.Margin.ToString(CultureInfo.InvariantCulture)} times the {options.ThresholdQuantile.ToString(CultureInfo.InvariantCulture)} quantile of the INT8 model's error, seen from its median, where training took the readings for normal, calibrated and renewed as on a device. Labels were used to measure only.

            ## Figures, one recording as one device


            """);
        card.Append(reports.Any(r => r.Score is not null) ? "| model | F1 | FAR % | MAR % | events found |\n|---|---|---|---|---|\n" : ModelCard.NoLabels);
        foreach (var (name, s) in reports.Where(r => r.Score is not null).Select(r => (r.Name, r.Score!)))
            card.Append(CultureInfo.InvariantCulture, $"| {name} | {s.F1:0.0000} | {100 * s.FalseAlarmRate:0.00} | {100 * s.MissedAlarmRate:0.00} | {s.Found}/{s.Events} |\n");
        foreach (var run in reports.Where(r => r.Score is null))
            card.Append(CultureInfo.InvariantCulture, $"\n- {run.Summary}.\n");
        return card.ToString();
    }

    /// <summary>Invented windows: calm, with a step, with a ramp; none is cut from a recording.</summary>
    private static GoldenWindows Golden(BundleManifest manifest, FittedAutoencoder model)
    {
        var golden = new GoldenWindows { Tolerance = GoldenTolerance };
        using var judge = new WindowJudge(manifest, model.Quantized);
        var random = new SplittableRandom(GoldenSeed);
        foreach (var (step, ramp) in new[] { (0f, 0f), (4f, 0f), (0f, 8f) })
        {
            var rows = new List<float[]>();
            for (var r = 0; r < manifest.Window.Length; r++)
                rows.Add([.. manifest.Channels.Select((_, c) => MathF.Round((float)random.Normal() * 0.5f
                    + (c == 0 ? (r >= manifest.Window.Length / 2 ? step : 0) + ramp * r / manifest.Window.Length : 0), 3))]);
            var raw = judge.Raw(new WindowSet([.. rows.SelectMany(r => r)], [manifest.Window.Length, manifest.Channels.Count]))[0];
            golden.Windows.Add(new GoldenWindow { Z = rows, Output = raw, Score = judge.Score(raw) });
        }
        return golden;
    }
}
