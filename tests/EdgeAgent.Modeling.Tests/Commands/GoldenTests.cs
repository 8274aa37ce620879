using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Onnx;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Tests.Commands;

/// <summary><c>golden</c> makes windows that prove a device's processor, for a bundle of any making.</summary>
public sealed class GoldenTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pump-health")]
    [InlineData("single-channel")]
    [InlineData("vibration")]
    public void Invented_windows_hold_for_bundles_of_all_kinds(string name)
    {
        foreach (var file in new[] { "manifest.json", "model.onnx" })
            File.Copy(Repository.File($"models/{name}/{file}"), _folder.Place($"b/{file}"));

        Assert.Equal(0, CommandLine.Run(["golden", _folder.Place("b")]));

        using var model = OnnxModel.Load(ModelBundle.Load(_folder.Place("b")));
        Assert.Equal(8, GoldenCheck.Run(model));
        var golden = Read("b");
        Assert.True(golden.Windows.Max(w => w.Output) - golden.Windows.Min(w => w.Output) > 10 * golden.Tolerance);
    }

    [Fact]
    public void Windows_of_recordings_are_those_that_a_device_has()
    {
        Export("mine");
        for (var i = 0; i < 3; i++) File.WriteAllText(_folder.Place($"data/pump{i}.csv"), Some.Csv(500, (ulong)i, int.MaxValue));

        Assert.Equal(0, CommandLine.Run(["golden", _folder.Place("mine"), "--data", _folder.Place("data"), "--windows", "5"]));

        Assert.Equal(5, Read("mine").Windows.Count);
        // Calibrated, they lie around 0 with a spread of 1.
        Assert.InRange(Read("mine").Windows.SelectMany(w => w.Z.SelectMany(z => z)).Average(z => z * z), 0.2, 5);
    }

    [Fact]
    public void A_device_that_computes_otherwise_is_told()
    {
        Export("mine");
        Assert.Equal(0, CommandLine.Run(["golden", _folder.Place("mine")]));
        // As if its kernels lost a little: all weights of one layer are a hundredth smaller.
        var graph = OnnxFile.Read(_folder.Place("mine/model.onnx"));
        var weights = graph.Graph.Initializer.First(t => t.DataType == Tensors.Float32 && t.Dims.Count == 3);
        weights.RawData = Tensors.Of("w", Tensors.Floats(weights).Select(w => w * 0.99f).ToArray(), [.. weights.Dims]).RawData;
        weights.FloatData.Clear();
        File.WriteAllBytes(_folder.Place("mine/model.onnx"), graph.ToByteArray());

        using var model = OnnxModel.Load(ModelBundle.Load(_folder.Place("mine")));
        Assert.Contains("its maker had", Assert.Throws<BundleException>(() => GoldenCheck.Run(model)).Message);
    }

    [Fact]
    public void Windows_of_which_the_model_makes_no_number_are_left_out_and_where_none_is_left_it_says_so()
    {
        Assert.Equal(0, CommandLine.Run(["golden", Write("half", "Sqrt")]));
        Assert.InRange(Read("half").Windows.Count, 2, 7);
        Assert.All(Read("half").Windows, w => Assert.True(float.IsFinite(w.Output)));
        // The root of a negative number.
        Assert.Equal(1, CommandLine.Run(["golden", Write("none", "Abs", "Neg", "Sqrt")]));
    }

    /// <summary>A model of one reading that does some operations in turn.</summary>
    private string Write(string name, params string[] operators)
    {
        var graph = new GraphMaker(1);
        foreach (var (i, op) in operators.Index())
            graph.Node(op, i == operators.Length - 1 ? "y" : $"v{i}", i == 0 ? "x" : $"v{i - 1}");
        File.WriteAllBytes(_folder.Place($"{name}/model.onnx"), graph.Model(outputShape: [1]).ToByteArray());
        File.WriteAllText(_folder.Place($"{name}/manifest.json"), """
            { "name": "m", "version": "1", "channels": [{ "name": "a" }], "window": { "length": 1 }, "calibration": "none",
              "input": { "name": "x" }, "output": { "name": "y", "zero": 0, "one": 1 } }
            """);
        return Path.Combine(_folder.Path, name);
    }

    [Fact]
    public void Windows_that_are_there_are_kept_unless_they_are_to_be_renewed()
    {
        Export("mine");
        Assert.Equal(0, CommandLine.Run(["golden", _folder.Place("mine"), "--windows", "3"]));
        Assert.Equal(1, CommandLine.Run(["golden", _folder.Place("mine"), "--windows", "4"]));
        Assert.Equal(3, Read("mine").Windows.Count);
        Assert.Equal(0, CommandLine.Run(["golden", _folder.Place("mine"), "--windows", "4", "--renew", "--tolerance", "0.25"]));
        Assert.Equal((4, 0.25f), (Read("mine").Windows.Count, Read("mine").Tolerance));
    }

    private void Export(string name)
    {
        File.Copy(Fixture.Autoencoder, _folder.Place($"{name}/model.onnx"));
        File.Copy(Fixture.Manifest, _folder.Place($"{name}/manifest.json"));
    }

    private GoldenWindows Read(string name) => JsonSerializer.Deserialize(
        File.ReadAllText(_folder.Place($"{name}/golden.json")), GoldenWindowsJson.Default.GoldenWindows)!;
}
