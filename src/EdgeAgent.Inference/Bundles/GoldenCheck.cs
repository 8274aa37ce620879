using System.Text.Json;
using EdgeAgent.Files;
using EdgeAgent.Inference.Features;
using EdgeAgent.Inference.Sessions;

namespace EdgeAgent.Inference.Bundles;

/// <summary>
/// Runs a bundle's golden windows on this machine: does its processor compute what the maker's did, for each alone and for many
/// together, as a lane under load runs them?
/// </summary>
public static class GoldenCheck
{
    /// <param name="model">The bundle's model.</param>
    /// <param name="runLimit">What each run may take before it is ended; null: as long as it likes.</param>
    /// <returns>How many windows were run; 0 where the bundle has none.</returns>
    /// <exception cref="BundleException">One gave another output, or cannot be run.</exception>
    public static int Run(OnnxModel model, TimeSpan? runLimit = null)
    {
        var path = Path.Combine(model.Bundle.Folder, GoldenWindows.FileName);
        if (NamedFile.Problem(path) is null && !File.Exists(path)) return 0;
        return BundleGuard.Run(path, () => Run(model, path, runLimit));
    }

    private static int Run(OnnxModel model, string path, TimeSpan? runLimit)
    {
        var golden = Read(path);
        if (golden.Windows.Count == 0) return 0;
        if (model.Bundle.TakesManyChannels) return RunNumbered(model, golden, path, runLimit);
        return Run(model, golden, path, runLimit);
    }

    /// <summary>A model for any number of channels is run with as many as the windows have.</summary>
    private static int RunNumbered(OnnxModel model, GoldenWindows golden, string path, TimeSpan? runLimit)
    {
        if (golden.Windows[0]?.Z is not [{ Length: > 0 } row, ..])
            throw new BundleException($"{path}: windows[0] holds no readings; expected as many rows as window.length");
        using var numbered = OnnxModel.Load(model.Bundle.For(row.Length));
        return Run(numbered, golden, path, runLimit);
    }

    private static int Run(OnnxModel model, GoldenWindows golden, string path, TimeSpan? runLimit)
    {
        if (!(golden.Tolerance >= 0) || !float.IsFinite(golden.Tolerance))
            throw new BundleException($"{path}: tolerance is {golden.Tolerance}; expected 0 or more, what rounding may make");
        var inputs = golden.Windows.Select((window, i) => Input(model, window, $"{path}: windows[{i}]")).ToArray();
        using (var alone = new ModelRunner(model, batchLimit: 1, runLimit))
            for (var first = 0; first < inputs.Length; first++)
                Compare(model, alone, path, golden, inputs, first, 1);
        using var together = new ModelRunner(model, ModelRunner.LaneBatch, runLimit);
        for (var count = 2; count <= together.BatchLimit; count *= 2)
            Compare(model, together, path, golden, inputs, 0, count);
        if (!int.IsPow2(together.BatchLimit)) Compare(model, together, path, golden, inputs, 0, together.BatchLimit);
        return golden.Windows.Count;
    }

    /// <summary>Runs so many windows together, from the first one over and over, and holds each to its output.</summary>
    private static void Compare(
        OnnxModel model, ModelRunner runner, string path, GoldenWindows golden, float[][] inputs, int first, int count)
    {
        for (var slot = 0; slot < count; slot++)
            inputs[(first + slot) % inputs.Length].CopyTo(runner.Input(slot));
        runner.Run(count);
        for (var slot = 0; slot < count; slot++)
        {
            var i = (first + slot) % inputs.Length;
            var output = RawOutput.Of(model.Bundle.Manifest.Output, runner.Input(slot), runner.Output(slot));
            var expected = golden.Windows[i].Output;
            // Said so that what is not a number never passes.
            if (float.IsFinite(output) && Math.Abs(output - expected) <= golden.Tolerance) continue;
            var where = count == 1 ? "" : $", as number {slot + 1} of {count} windows in a run,";
            throw new BundleException(
                $"{path}: windows[{i}]{where} gives {output} here, its maker had {expected} ± {golden.Tolerance}; "
                + (count == 1 ? "the model or the runtime is not what it was"
                    : "its windows are not independent of each other: export the model with an open batch axis, and nothing across it"));
        }
    }

    /// <summary>What the model is given for a window.</summary>
    /// <exception cref="BundleException">It holds something else than a window.</exception>
    internal static float[] Input(OnnxModel model, GoldenWindow? window, string where)
    {
        var manifest = model.Bundle.Manifest;
        var (length, channels) = (manifest.Window.Length, manifest.Channels.Count);
        if (window?.Z is not { } rows || rows.Count != length || rows.Exists(row => row is null || row.Length != channels))
            throw new BundleException(
                $"{where} holds {Count(window?.Z)}; expected {length} rows of {channels}");
        var values = rows.SelectMany(row => row).ToArray();
        if (!Array.TrueForAll(values, float.IsFinite) || !float.IsFinite(window.Output))
            throw new BundleException($"{where} holds a number that is not finite; expected readings and an output that float32 can hold");
        var input = new float[model.InputLength];
        if (manifest.Input.Features is { } features)
            new FeatureExtractor(features, channels, length).Extract(values, input);
        else
            values.CopyTo(input, 0);
        if (manifest.CalibratesFeatures) Calibrate(manifest, window, input, where);
        return input;
    }

    private static string Count(List<float[]>? rows) => rows is null ? "null"
        : rows.Contains(null!) ? "a row that is null" : $"{rows.Sum(row => (long)row.Length)} values in {rows.Count} rows";

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

    /// <summary>The file's content, as it was written down.</summary>
    /// <exception cref="BundleException">It cannot be read; the message names file, line and column.</exception>
    internal static GoldenWindows Read(string path)
    {
        try
        {
            using var stream = NamedFile.Open(path, FileLimits.Golden);
            return JsonSerializer.Deserialize(stream, GoldenWindowsJson.Default.GoldenWindows)
                ?? throw new BundleException($"{path}: holds null; expected a JSON object");
        }
        catch (JsonException e)
        {
            throw new BundleException($"{path}:{e.LineNumber + 1}:{e.BytePositionInLine + 1}: {e.Message.Split(" Path:")[0]}", e);
        }
    }
}
