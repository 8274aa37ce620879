using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Tests.Onnx;

public class NetworkExportTests
{
    private readonly Network _network = Some.Network([40, 48, 24, 1]);
    private readonly float[] _features = Some.Floats(64 * 40);

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public void The_runtime_computes_what_our_own_forward_pass_does_for_any_batch(int batch)
    {
        var features = _features.AsSpan(0, batch * 40).ToArray();
        var standardisation = Standardisation.Of(_features, 40);

        var actual = Some.Run(NetworkExport.ToOnnx(_network, standardisation), features);

        var expected = _network.Forward(standardisation.Apply(features), batch).ToArray();
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-4f));
    }

    [Fact]
    public void A_file_written_and_read_again_is_the_same_graph()
    {
        using var folder = new TempFolder();
        var model = NetworkExport.ToOnnx(_network, Standardisation.Of(_features, 40));
        File.WriteAllBytes(folder.Place("model.onnx"), model.ToByteArray());

        Assert.Equal(model, OnnxFile.Read(folder.Place("model.onnx")));
    }

    [Fact]
    public void A_file_that_is_no_onnx_is_refused_by_name()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Place("model.onnx"), "hello, this is text");

        var error = Assert.Throws<ModelingException>(() => OnnxFile.Read(folder.Place("model.onnx")));
        Assert.Contains("model.onnx", error.Message, StringComparison.Ordinal);
    }
}
