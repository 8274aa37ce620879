using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Inference.Trials;
using EdgeAgent.TestData;

namespace EdgeAgent.Inference.Tests.Bundles;

/// <summary>Golden windows hold to the number, alone and among others, or the bundle is refused in words.</summary>
public sealed class GoldenCheckTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Windows_that_hold_alone_and_together_are_counted()
    {
        using var model = OnnxModel.Load(ModelBundle.Load(Write(TinyOnnx.Linear([2]), Golden("[[3]]", 6))));

        Assert.Equal(1, GoldenCheck.Run(model));
    }

    [Fact]
    public void An_output_that_is_no_number_never_passes() =>
        AssertRefused(TinyOnnx.Linear([float.NaN]), Golden("[[3]]", 6), "windows[0] gives NaN here, its maker had 6");

    [Theory]
    [InlineData("{\"windows\": [null], \"tolerance\": 0.1}", "windows[0] holds null; expected 1 rows of 1")]
    [InlineData("{\"windows\": [{\"z\": [null], \"output\": 1}], \"tolerance\": 0.1}", "windows[0] holds a row that is null")]
    [InlineData("{\"windows\": [{\"z\": [[1, 2]], \"output\": 1}], \"tolerance\": 0.1}", "windows[0] holds 2 values in 1 rows")]
    [InlineData("{\"windows\": [{\"z\": [[1]], \"output\": 1e999}], \"tolerance\": 0.1}", "not finite")]
    [InlineData("{\"windows\": [{\"z\": [[1e999]], \"output\": 1}], \"tolerance\": 0.1}", "not finite")]
    [InlineData("{\"windows\": [{\"z\": [[1]], \"output\": 9}], \"tolerance\": 1e999}", "tolerance is Infinity")]
    [InlineData("{\"windows\": [{\"z\": [[1]], \"output\": 2}], \"tolerance\": -1}", "tolerance is -1")]
    [InlineData("null", "holds null")]
    [InlineData("[[[", "golden.json:1:")]
    [InlineData("", "golden.json:1:")]
    public void Whatever_is_wrong_in_the_file_is_told(string golden, string expected) =>
        AssertRefused(TinyOnnx.Linear([2]), golden, expected);

    [Fact]
    public void A_model_whose_windows_depend_on_each_other_must_give_them_one_by_one() => AssertRefused(
        HostileOnnx.Mixing(), """{"windows": [{"z": [[3]], "output": -1}, {"z": [[5]], "output": 1}], "tolerance": 0.01}""",
        "gives 0 here, its maker had -1");

    [Fact]
    public void A_model_whose_windows_differ_by_their_place_does_not_pass() => AssertRefused(
        HostileOnnx.ByPlace(), """{"windows": [{"z": [[3]], "output": 3}], "tolerance": 0.01}""", "as number 2 of 2 windows in a run");

    [Fact]
    public void A_model_that_takes_one_window_at_a_time_only_is_given_one()
    {
        using var model = OnnxModel.Load(ModelBundle.Load(Write(HostileOnnx.OneAtATime(), Golden("[[3]]", 3))));
        Assert.True(model.RunsAlone);
        Assert.Equal(1, GoldenCheck.Run(model));
    }

    [Fact]
    public async Task A_pipe_is_no_golden_file()
    {
        var folder = Write(TinyOnnx.Linear([2]), golden: null);
        NamedPipe.Make(Path.Combine(folder, "golden.json"));

        Assert.Contains("is a named pipe", (await NamedPipe.NeverWaits(() => BundleTrial.Run(folder))).Problem);
    }

    private static string Golden(string z, float output) =>
        $"{{\"windows\": [{{\"z\": {z}, \"output\": {JsonSerializer.Serialize(output)}}}], \"tolerance\": 0.001}}";

    private string Write(byte[] model, string? golden)
    {
        var folder = TinyBundle.Write(_temp.File("b"), TinyBundle.Sum("a"), model);
        if (golden is not null) File.WriteAllText(Path.Combine(folder, "golden.json"), golden);
        return folder;
    }

    private void AssertRefused(byte[] model, string golden, string expected)
    {
        using var loaded = OnnxModel.Load(ModelBundle.Load(Write(model, golden)));
        Assert.Contains(expected, Assert.Throws<BundleException>(() => GoldenCheck.Run(loaded)).Message);
    }
}
