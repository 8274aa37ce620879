using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Scenarios;

/// <summary>The way of docs/models.md: a PyTorch export, a manifest by hand, quantize, check, replay.</summary>
public sealed class BringYourOwnModelTests : IDisposable
{
    private const int Rows = 700, FaultAt = 600;
    private static readonly string Fixtures = Path.Combine(Repository.Root, "tests/EdgeAgent.Modeling.Tests/Fixtures");
    private static readonly string Tool = Path.Combine(AppContext.BaseDirectory, "edgeagent-model.dll");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_exported_model_and_a_manifest_become_a_bundle_that_the_agent_runs()
    {
        var (bundle, data) = (_folder.File("flow-shape"), _folder.File("data"));
        Directory.CreateDirectory(bundle);
        Directory.CreateDirectory(data);
        File.Copy(Path.Combine(Fixtures, "autoencoder.manifest.json"), Path.Combine(bundle, "manifest.json"));
        WriteRecording(Path.Combine(data, "calm.csv"), Rows, seed: 1);
        WriteRecording(_folder.File("pump.csv"), FaultAt, seed: 2);

        var (code, report) = await RunTool("quantize", Path.Combine(Fixtures, "autoencoder.onnx"),
            "--bundle", bundle, "--out", Path.Combine(bundle, "model.onnx"), "--data", data);
        Assert.True(code == 0, report);
        Assert.Contains("% of verdicts agree", report);

        File.WriteAllText(_folder.File("edgeagent.toml"), $"""
            [sources.pumps]
            mqtt = {"{"} url = "mqtt://127.0.0.1:1883", topics = ["plant/+/telemetry"] {"}"}
            device = "topic[1]"
            time = "ts"
            channels = "values.*"
            [detectors.flow-shape]
            source = "pumps"
            model = "{bundle}"
            [upstream]
            mqtt = {"{"} url = "mqtt://127.0.0.1:1883", topic = "anomalies/{"{device}"}" {"}"}
            """);
        (code, var output) = await AgentProcess.Run("check", "--config", _folder.File("edgeagent.toml"));
        Assert.True(code == 0, output);
        Assert.Contains("flow-shape 1.0.0, 2 channels, window 32", output);

        (code, output) = await AgentProcess.Run(
            "replay", "--model", bundle, "--events", _folder.File("events.jsonl"), _folder.File("pump.csv"));
        Assert.True(code == 0, output);
        using var opened = JsonDocument.Parse(File.ReadLines(_folder.File("events.jsonl")).Single(l => l.Contains("anomaly.opened")));
        Assert.StartsWith("2026-01-01T00:10:0", opened.RootElement.GetProperty("data").GetProperty("started").GetString());
    }

    [Fact]
    public void The_manifest_that_the_docs_show_is_one_that_the_agent_reads()
    {
        var docs = File.ReadAllText(Path.Combine(Repository.Root, "docs/models.md"));
        var start = docs.IndexOf("```json\n", StringComparison.Ordinal) + "```json\n".Length;
        File.WriteAllText(_folder.File("manifest.json"), docs[start..docs.IndexOf("```", start, StringComparison.Ordinal)]);

        var manifest = ModelBundle.ReadManifest(_folder.File("manifest.json"));
        Assert.Equal((200, 32, "reconstruction"), (manifest.Calibration.Readings, manifest.Window.Length, manifest.Output.Kind));
    }

    /// <summary>Slow waves under noise in two channels; behind <paramref name="faultAt"/> the flow falls.</summary>
    private static void WriteRecording(string path, int faultAt, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder("datetime;flow;current\n");
        for (var r = 0; r < Rows; r++)
        {
            var flow = 32 + Math.Sin(0.13 * r) + 0.4 * (random.NextDouble() - 0.5) - (r >= faultAt ? 8 : 0);
            var current = 2 + 0.2 * Math.Sin(0.07 * r) + 0.1 * (random.NextDouble() - 0.5);
            text.Append(CultureInfo.InvariantCulture,
                $"{new DateTime(2026, 1, 1).AddSeconds(r):yyyy-MM-dd HH:mm:ss};{flow:0.000};{current:0.0000}\n");
        }
        File.WriteAllText(path, text.ToString());
    }

    private static async Task<(int ExitCode, string Output)> RunTool(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", ["exec", Tool, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
