using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Quantization;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Tests.Commands;

/// <summary>Bring your own model: an export, a manifest by hand, recordings; then it is a bundle.</summary>
public sealed class QuantizeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public QuantizeTests()
    {
        for (var i = 0; i < 3; i++)
            File.WriteAllText(_folder.Place($"data/pump{i}.csv"), Some.Csv(500, (ulong)i, faultAt: i == 0 ? 400 : int.MaxValue));
        File.Copy(Fixture.Autoencoder, _folder.Place("mine/fp32.onnx"));
        File.Copy(Fixture.Manifest, _folder.Place("mine/manifest.json"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_result_beside_its_manifest_is_a_bundle_that_judges_as_the_float_model_does()
    {
        var report = Quantize(bundle: _folder.Place("mine"));

        using var model = OnnxModel.Load(ModelBundle.Load(_folder.Place("mine")));
        Assert.Equal(64, model.InputLength);
        Assert.Equal(3 * 300, report.Verdicts!.Windows);
        Assert.InRange(report.Verdicts.SameVerdict, 0.99, 1);
        Assert.InRange(report.Verdicts.AboveAfter, 0.1, 0.15);
        Assert.InRange(report.OutputDecibel, 25, 60);
        Assert.True(report.BytesAfter < report.BytesBefore);
    }

    /// <summary>The 0.99 quantile of windows opens an event for each stretch of its hundredth.</summary>
    [Fact]
    public void It_proposes_zero_and_one_at_which_normal_recordings_are_calm()
    {
        var report = Quantize(bundle: _folder.Place("mine"));

        var proposed = Assert.IsType<ScaleProposal>(report.Proposed);
        Assert.Equal(report.RawMedian, proposed.Zero, 0.5f * report.RawMedian);
        Assert.True(proposed.One > proposed.Zero);
        // A recording with a fault counts up to there: of 500, 500 and 400 readings 200 each are for calibration.
        Assert.Equal(300 + 300 + 200, proposed.Readings);
        Assert.InRange(proposed.Flagged, 0, 0.002);
    }

    [Fact]
    public void The_report_names_each_layer_and_what_it_costs()
    {
        Quantize(manifest: Fixture.Manifest, reports: [_folder.Place("r.json"), _folder.Place("r.md")]);

        using var json = JsonDocument.Parse(File.ReadAllText(_folder.Place("r.json")));
        var layers = json.RootElement.GetProperty("layers").EnumerateArray().ToArray();
        Assert.Equal(6, layers.Length);
        Assert.All(layers, l => Assert.InRange(l.GetProperty("outputDecibel").GetDouble(), 20, 70));
        Assert.All(layers, l => Assert.True(l.TryGetProperty("gainIfKept", out _)));
        var text = File.ReadAllText(_folder.Place("r.md"));
        Assert.Contains("| /up/up.0/ConvTranspose | Conv |", text, StringComparison.Ordinal);
        Assert.Contains("Verdicts: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_any_channel_takes_the_one_that_is_named()
    {
        var bundle = AnyChannel();
        QuantizationReport Run(string? channel) =>
            new Quantizing(new QuantizeRequest(Path.Combine(bundle, "model.onnx"), _folder.Place("q.onnx"), bundle, null,
            _folder.Place("data"), 300, new QuantizationOptions(), [], channel)).Run(_ => { }, _ => { });

        var report = Run("flow");

        Assert.Equal(3 * 100, report.Verdicts!.Windows);
        Assert.InRange(report.Verdicts.SameVerdict, 0.95, 1);
        Assert.Contains("say which with --channel", Assert.Throws<ModelingException>(() => Run(null)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "--channel is for models of any one channel", Assert.Throws<ModelingException>(() => new Quantizing(new QuantizeRequest(
            _folder.Place("mine/fp32.onnx"), _folder.Place("q.onnx"), _folder.Place("mine"), null, _folder.Place("data"),
            300, new QuantizationOptions(), [], "flow")).Run(_ => { }, _ => { })).Message, StringComparison.Ordinal);
    }

    /// <summary>A network with whatever weights, over three statistics of any channel.</summary>
    private string AnyChannel()
    {
        var network = new Network([3, 8, 1], 16, new SplittableRandom(1));
        var model = NetworkExport.ToOnnx(network, Standardisation.Of([.. Enumerable.Range(0, 300).Select(i => i % 7 - 3f)], 3));
        File.WriteAllBytes(_folder.Place("any/model.onnx"), model.ToByteArray());
        File.WriteAllText(_folder.Place("any/manifest.json"), """
            {
              "name": "any", "version": "1.0.0", "channels": [{ "name": "*", "floor": 0.01 }],
              "calibration": { "readings": 400 }, "window": { "length": 30 },
              "input": { "name": "features", "layout": "features", "features": [
                { "stat": "mean", "over": 1 }, { "stat": "mean", "over": 30 }, { "stat": "std", "over": 30 }] },
              "output": { "name": "logit", "zero": 0, "one": 1 }
            }
            """);
        return Path.GetDirectoryName(_folder.Place("any/manifest.json"))!;
    }

    [Fact]
    public void A_model_of_calibrated_features_takes_recordings_of_samples()
    {
        var bundle = Path.Combine(Repository.Root, "models/vibration");
        File.WriteAllText(_folder.Place("vibration/manifest.json"), File.ReadAllText(Path.Combine(bundle, "manifest.json"))
            .Replace("\"readings\": 1026", "\"readings\": 16", StringComparison.Ordinal));
        new SimulatedRecordings(_folder.Place("samples"), 3, blocks: 40, pause: 0, asRows: true).Write(machinesOfKind: 1);
        foreach (var file in Directory.GetFiles(_folder.Place("samples")).Order(StringComparer.Ordinal).Skip(2))
            File.Delete(file);

        var report = new Quantizing(new QuantizeRequest(
            Path.Combine(bundle, "model.fp32.onnx"), _folder.Place("q.onnx"), null, _folder.Place("vibration/manifest.json"),
            _folder.Place("samples"), 300, new QuantizationOptions(), [])).Run(_ => { }, _ => { });

        // A window of 512 samples every 64, and 16 to calibrate.
        Assert.Equal(2 * ((40 * 1024 - 512) / 64 + 1 - 16), report.Verdicts!.Windows);
        Assert.InRange(report.Verdicts.SameSide, 0.9, 1);
    }

    [Fact]
    public void The_same_inputs_give_the_same_file()
    {
        var first = Quantize(manifest: Fixture.Manifest);
        var again = Quantize(manifest: Fixture.Manifest);

        Assert.Equal(first.Sha256, again.Sha256);
    }

    [Fact]
    public void Without_a_manifest_the_recordings_columns_are_the_channels() => Assert.Null(Quantize().Verdicts);

    [Fact]
    public void Fewer_windows_and_layers_to_keep_are_obeyed()
    {
        var report = Quantize(windows: 30, keep: "/squeeze/Gemm");

        Assert.InRange(report.Windows, 28, 30);
        Assert.Equal(5, report.Layers.Count);
        Assert.InRange(report.IntegerShare, 0.5, 0.9);
    }

    [Theory]
    [InlineData("\"length\": 32", "\"length\": 16", "shape [open, 32, 2]; by the manifest it must be [batch, 16, 2]")]
    [InlineData("\"name\": \"window\"", "\"name\": \"z\"", "has no input \"z\"; it has \"window\"")]
    [InlineData("\"kind\": \"reconstruction\"", "\"kind\": \"score\"", "its output has the shape")]
    [InlineData("\"name\": \"current\"", "\"name\": \"amps\"", "column \"amps\" is missing")]
    public void A_model_or_recording_that_does_not_fit_the_manifest_is_told_with_place_and_expectation(
        string from, string to, string message)
    {
        var path = _folder.Place("other.json");
        File.WriteAllText(path, File.ReadAllText(Fixture.Manifest).Replace(from, to, StringComparison.Ordinal));

        Assert.Contains(message, Assert.Throws<ModelingException>(() => Quantize(manifest: path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Channels_before_length_is_told_with_the_way_out()
    {
        var model = new GraphMaker(2, 32).Weights("w", 2, 2, 3).Node("Conv", "y", "x", "w").Set("pads", 1, 1).Model(13, 2, 32);
        File.WriteAllBytes(_folder.Place("ncl.onnx"), model.ToByteArray());
        var manifest = File.ReadAllText(Fixture.Manifest).Replace("\"name\": \"window\"", "\"name\": \"x\"", StringComparison.Ordinal);
        File.WriteAllText(_folder.Place("ncl.json"), manifest);

        var error = Assert.Throws<ModelingException>(() => Quantize(manifest: _folder.Place("ncl.json"), model: _folder.Place("ncl.onnx")));
        Assert.Contains("x.transpose(1, 2)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_float_model_is_never_overwritten()
    {
        var request = new QuantizeRequest(_folder.Place("mine/fp32.onnx"), _folder.Place("mine/fp32.onnx"),
            null, null, _folder.Place("data"), 100, new QuantizationOptions(), []);

        Assert.Throws<ModelingException>(() => new Quantizing(request).Run(_ => { }, _ => { }));
        Assert.Equal(File.ReadAllBytes(Fixture.Autoencoder), File.ReadAllBytes(_folder.Place("mine/fp32.onnx")));
    }

    [Fact]
    public void The_commands_exit_code_tells_how_it_went()
    {
        string[] quantize =
            ["quantize", _folder.Place("mine/fp32.onnx"), "--out", _folder.Place("q.onnx"), "--data", _folder.Place("data")];

        Assert.Equal(0, CommandLine.Run(quantize));
        Assert.Equal(0, CommandLine.Run(["inspect", _folder.Place("q.onnx")]));
        Assert.Equal(1, CommandLine.Run([.. quantize, "--keep", "nothing"]));
        Assert.Equal(1, CommandLine.Run([.. quantize, "--report", "report.pdf"]));
        Assert.Equal(2, CommandLine.Run([.. quantize, "--ranges", "guess"]));
        Assert.Equal(2, CommandLine.Run([.. quantize, "--windows", "0"]));
        Assert.Equal(2, CommandLine.Run([.. quantize, "--per-tensor", "--per-channel"]));
        Assert.Equal(2, CommandLine.Run([.. quantize, "--bundle", "a", "--manifest", "b"]));
    }

    private QuantizationReport Quantize(string? bundle = null, string? manifest = null,
        string? model = null, int windows = 600, string? keep = null, string[]? reports = null) =>
        new Quantizing(new QuantizeRequest(
            model ?? _folder.Place("mine/fp32.onnx"), _folder.Place("mine/model.onnx"), bundle, manifest, _folder.Place("data"), windows,
            new QuantizationOptions { Keep = keep is null ? [] : [keep] }, reports ?? [])).Run(_ => { }, _ => { });
}
