using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.TestData;

namespace EdgeAgent.Inference.Tests.Sessions;

public sealed class OnnxModelTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_graph_that_fits_its_manifest_loads()
    {
        using var model = Load(TinyBundle.Sum("a", "b"), TinyBundle.SumModel(2));
        Assert.Equal(2, model.InputLength);
        Assert.Equal(1, model.OutputLength);
    }

    [Fact]
    public void A_junk_file_is_refused_with_its_name() =>
        AssertRefused(TinyBundle.Sum("a"), "not a graph"u8.ToArray(), "model.onnx: is no ONNX file, or is damaged");

    [Fact]
    public void An_empty_file_is_refused() => AssertRefused(TinyBundle.Sum("a"), [], "model.onnx");

    [Fact]
    public void A_truncated_graph_is_refused() =>
        AssertRefused(TinyBundle.Sum("a", "b"), TinyBundle.SumModel(2)[..^9], "is no ONNX file, or is damaged");

    [Fact]
    public void A_shape_that_does_not_fit_is_told_with_both_shapes() =>
        AssertRefused(
            TinyBundle.Sum("a", "b"), TinyBundle.SumModel(3), "its input has shape [-1, 3]; by the manifest it must be [batch, 2]");

    [Fact]
    public void A_wrong_input_name_is_told_with_the_names_there_are() =>
        AssertRefused(TinyBundle.Sum("a"), TinyOnnx.Linear([1], input: "x"), "has no input \"input\"; it has \"x\"");

    [Fact]
    public void A_wrong_output_name_is_told_with_the_names_there_are() =>
        AssertRefused(TinyBundle.Sum("a"), TinyOnnx.Linear([1], output: "y"), "has no output \"output\"; it has \"y\"");

    [Fact]
    public void A_reconstruction_must_have_the_shape_of_its_window() =>
        AssertRefused(
            Reconstruction(length: 4), TinyOnnx.Scale(0.5f, length: 5, channels: 1), "must be [batch, 4, 1]");

    private static BundleManifest Reconstruction(int length) => TinyBundle.Sum("a") with
    {
        Window = new ManifestWindow { Length = length },
        Input = new ManifestInput(),
        Output = new ManifestOutput { Kind = "reconstruction" },
    };

    private OnnxModel Load(BundleManifest manifest, byte[] model) =>
        OnnxModel.Load(ModelBundle.Load(TinyBundle.Write(_temp.File("b"), manifest, model)));

    private void AssertRefused(BundleManifest manifest, byte[] model, string expected) =>
        Assert.Contains(expected, Assert.Throws<BundleException>(() => Load(manifest, model)).Message);
}
