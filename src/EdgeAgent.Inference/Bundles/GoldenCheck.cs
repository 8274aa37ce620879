using System.Text.Json;
using EdgeAgent.Inference.Features;
using EdgeAgent.Inference.Sessions;

namespace EdgeAgent.Inference.Bundles;

/// <summary>Runs a bundle's golden windows on this machine: does its processor compute what the maker's did?</summary>
public static class GoldenCheck
{
    /// <returns>How many windows were run; 0 where the bundle has none.</returns>
    /// <exception cref="BundleException">One gave another output, or the file cannot be read.</exception>
    public static int Run(OnnxModel model)
    {
        var path = Path.Combine(model.Bundle.Folder, GoldenWindows.FileName);
        if (!File.Exists(path)) return 0;
        var golden = Read(path);
        var manifest = model.Bundle.Manifest;
        using var runner = new ModelRunner(model, batchLimit: 1);
        for (var i = 0; i < golden.Windows.Count; i++)
        {
            var window = golden.Windows[i].Z.SelectMany(row => row).ToArray();
            if (window.Length != manifest.Window.Length * manifest.Channels.Count)
                throw new BundleException(
                    $"{path}: windows[{i}] holds {window.Length} values; "
                    + $"expected {manifest.Window.Length} rows of {manifest.Channels.Count}");
            Fill(manifest, window, runner.Input(0));
            if (manifest.CalibratesFeatures) Calibrate(manifest, golden.Windows[i], runner.Input(0), $"{path}: windows[{i}]");
            runner.Run(1);
            var output = RawOutput.Of(manifest.Output, runner.Input(0), runner.Output(0));
            if (Math.Abs(output - golden.Windows[i].Output) > golden.Tolerance)
                throw new BundleException(
                    $"{path}: windows[{i}] gives {output} here, its maker had {golden.Windows[i].Output} ± {golden.Tolerance}; "
                    + $"the model or the runtime is not what it was");
        }
        return golden.Windows.Count;
    }

    private static void Fill(BundleManifest manifest, ReadOnlySpan<float> window, Span<float> input)
    {
        if (manifest.Input.Features is { } features)
            new FeatureExtractor(features, manifest.Channels.Count, manifest.Window.Length).Extract(window, input);
        else
            window.CopyTo(input);
    }

    private static void Calibrate(BundleManifest manifest, GoldenWindow window, Span<float> features, string where)
    {
        if (window.Means is not { } means || window.Spreads is not { } spreads
            || means.Length != features.Length || spreads.Length != features.Length)
            throw new BundleException(
                $"{where}: means and spreads must hold {features.Length} numbers each, one for every feature of every channel");
        var clip = manifest.Calibration.Clip;
        for (var i = 0; i < features.Length; i++)
            features[i] = Math.Clamp((features[i] - means[i]) / spreads[i], -clip, clip);
    }

    private static GoldenWindows Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, GoldenWindowsJson.Default.GoldenWindows) ?? new GoldenWindows();
        }
        catch (JsonException e)
        {
            throw new BundleException($"{path}:{e.LineNumber + 1}:{e.BytePositionInLine + 1}: {e.Message.Split(" Path:")[0]}", e);
        }
    }
}
