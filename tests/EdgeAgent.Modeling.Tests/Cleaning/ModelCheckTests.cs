using EdgeAgent.Modeling.Cleaning;
using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Tests.Cleaning;

public class ModelCheckTests
{
    private readonly ModelProto _model = new GraphMaker(8).Weights("w", 8, 4).Node("MatMul", "y", "x", "w").Model();

    [Theory]
    [InlineData(10)]
    [InlineData(22)]
    public void An_opset_out_of_range_is_refused_with_the_way_out(int opset)
    {
        _model.OpsetImport[0].Version = opset;

        Refused($"opset is {opset}; expected 11 to 21", "opset_version=17");
    }

    [Fact]
    public void Control_flow_is_refused_by_name()
    {
        _model.Graph.Node.Add(
            new NodeProto
            {
                Name = "branch", OpType = "If", Output = { "z" },
                Attribute = { new AttributeProto { Name = "then_branch", G = new GraphProto(), Type = 5 } },
            });

        Refused("\"branch\" is If", "tracing");
    }

    [Fact]
    public void Numbers_in_another_file_are_refused()
    {
        _model.Graph.Initializer[0].DataLocation = 1;

        Refused("numbers of \"w\" lie in another file", "save_as_external_data=False");
    }

    [Fact]
    public void A_quantized_model_is_refused()
    {
        _model.Graph.Node[0].OpType = "QuantizeLinear";

        Refused("already quantized", "FP32");
    }

    [Fact]
    public void A_second_input_is_refused()
    {
        _model.Graph.Input.Add(new ValueInfoProto { Name = "mask" });

        Refused("2 inputs (\"x\", \"mask\")", "expected one");
    }

    [Fact]
    public void Another_element_type_is_refused()
    {
        _model.Graph.Input[0].Type.TensorType.ElemType = 10;

        Refused("element type 10", "float32");
    }

    [Fact]
    public void Functions_and_sparse_constants_are_refused()
    {
        var sparse = _model.Clone();
        sparse.Graph.SparseInitializer.Add(new SparseTensorProto());
        _model.Functions.Add(new FunctionProto { Name = "gelu" });

        Refused("function \"gelu\"", "inline");
        Assert.Contains(
            "sparse", Assert.Throws<ModelingException>(() => ModelCheck.Require(sparse, "m.onnx")).Message, StringComparison.Ordinal);
    }

    private void Refused(string what, string wayOut)
    {
        var message = Assert.Throws<ModelingException>(() => ModelCleaner.Clean(_model, "m.onnx")).Message;
        Assert.StartsWith("m.onnx: ", message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
        Assert.Contains(wayOut, message, StringComparison.Ordinal);
    }
}
