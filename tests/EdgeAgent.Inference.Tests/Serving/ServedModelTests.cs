using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Failures;
using EdgeAgent.Inference.Lifecycle;
using EdgeAgent.Inference.Serving;
using EdgeAgent.TestData;
using EdgeAgent.TestSupport;

namespace EdgeAgent.Inference.Tests.Serving;

/// <summary>A graph is run with whatever tensors it has, and with no others.</summary>
public sealed class ServedModelTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly RunSlot _slot = new(TimeSpan.FromSeconds(30));

    public void Dispose()
    {
        _slot.Dispose();
        _temp.Dispose();
    }

    /// <summary>Types as ONNX numbers them; BF16 has no kernel here, and is left to the protocol's names.</summary>
    [Theory]
    [InlineData(9, "BOOL", 1)]
    [InlineData(2, "UINT8", 1)]
    [InlineData(4, "UINT16", 2)]
    [InlineData(12, "UINT32", 4)]
    [InlineData(13, "UINT64", 8)]
    [InlineData(3, "INT8", 1)]
    [InlineData(5, "INT16", 2)]
    [InlineData(6, "INT32", 4)]
    [InlineData(7, "INT64", 8)]
    [InlineData(10, "FP16", 2)]
    [InlineData(1, "FP32", 4)]
    [InlineData(11, "FP64", 8)]
    public void An_element_of_each_kind_goes_in_and_comes_out_as_it_is(int type, string datatype, int size)
    {
        using var model = Load(ServedOnnx.Same(type));
        byte[] data = [.. Enumerable.Range(0, 3 * size).Select(i => (byte)(type == 9 ? i % 2 : 40 + i))];

        var output = Assert.Single(model.Run(_slot, [new TensorValue("input", datatype, [3], data)], []));

        Assert.Equal(("input", datatype), (model.Inputs[0].Name, model.Inputs[0].Datatype));
        Assert.Equal([-1], model.Inputs[0].Shape);
        Assert.Equal(("output", datatype), (output.Name, output.Datatype));
        Assert.Equal([3], output.Shape);
        Assert.Equal(data, output.Data);
    }

    [Fact]
    public void Texts_of_any_length_go_in_and_come_out()
    {
        using var model = Load(ServedOnnx.Same(OnnxParts.OfText));
        byte[] data = [2, 0, 0, 0, .. "ab"u8, 0, 0, 0, 0, 5, 0, 0, 0, .. "Ölig"u8];

        var output = Assert.Single(model.Run(_slot, [new TensorValue("input", "BYTES", [3], data)], ["output"]));

        Assert.Equal(data, output.Data);
    }

    [Fact]
    public void An_empty_tensor_is_one()
    {
        using var model = Load(ServedOnnx.Same(OnnxParts.Float32));
        var output = Assert.Single(model.Run(_slot, [new TensorValue("input", "FP32", [0], [])], []));
        Assert.Equal([0], output.Shape);
        Assert.Empty(output.Data);
    }

    [Theory]
    [InlineData("INT32", "2", 8, "input \"input\" is of INT32; expected FP32 [-1]")]
    [InlineData("FP32", "2,1", 8, "has the shape [2, 1]; expected FP32 [-1]")]
    [InlineData("FP32", "2", 4, "has 1 elements; its shape [2] has 2")]
    [InlineData("FP32", "2", 7, "has 1.75 elements; its shape [2] has 2")]
    [InlineData("FP32", "-1", 4, "has the shape [-1], which no memory holds")]
    [InlineData("FP32", "9223372036854775807", 4, "has the shape [9223372036854775807], which no memory holds")]
    public void What_does_not_fit_is_refused_with_what_would(string datatype, string shape, int bytes, string expected)
    {
        using var model = Load(ServedOnnx.Same(OnnxParts.Float32));
        var input = new TensorValue("input", datatype, [.. shape.Split(',').Select(long.Parse)], new byte[bytes]);
        Assert.Contains(expected, Assert.Throws<TensorException>(() => model.Run(_slot, [input], [])).Message);
    }

    [Theory]
    [InlineData("", "", "input \"input\" is missing")]
    [InlineData("input input", "", "given more than once")]
    [InlineData("input other", "", "there is no input \"other\"; expected \"input\" FP32 [-1]")]
    [InlineData("input", "score", "there is no output \"score\"; expected \"output\" FP32 [-1]")]
    [InlineData("input", "output output", "an output is asked for more than once")]
    public void Names_are_those_of_the_graph(string inputs, string outputs, string expected)
    {
        using var model = Load(ServedOnnx.Same(OnnxParts.Float32));
        TensorValue[] values = [.. Split(inputs).Select(n => new TensorValue(n, "FP32", [1], new byte[4]))];
        Assert.Contains(expected, Assert.Throws<TensorException>(() => model.Run(_slot, values, Split(outputs))).Message);
    }

    [Theory]
    [InlineData("ff ff ff ff 61")]
    [InlineData("05 00 00 00 61")]
    [InlineData("01 00 00")]
    public void Texts_that_do_not_end_are_refused(string data)
    {
        using var model = Load(ServedOnnx.Same(OnnxParts.OfText));
        var input = new TensorValue("input", "BYTES", [1], Convert.FromHexString(data.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Contains("damaged elements", Assert.Throws<TensorException>(() => model.Run(_slot, [input], [])).Message);
    }

    [Fact]
    public void A_model_that_is_let_go_of_stays_for_those_who_hold_it()
    {
        var model = Load(ServedOnnx.Same(OnnxParts.Float32));
        model.Enter();
        model.Dispose();
        var input = new TensorValue("input", "FP32", [1], MemoryMarshal.AsBytes<float>([2.5f]).ToArray());
        Assert.Equal(input.Data, model.Run(_slot, [input], [])[0].Data);

        model.Leave();

        Assert.Throws<HandleStateException>(model.Enter);
    }

    [Fact]
    public void A_run_that_does_not_end_is_ended_and_the_place_is_good_for_the_next()
    {
        using var slot = new RunSlot(TimeSpan.FromMilliseconds(200));
        using var endless = Load(HostileOnnx.Endless());
        using var good = Load(ServedOnnx.Same(OnnxParts.Float32));
        var input = endless.Inputs[0];
        var shape = input.Shape.Select(d => Math.Max(d, 1)).ToList();
        var value = new TensorValue(input.Name, input.Datatype, shape, new byte[4 * shape.Aggregate(1L, (a, b) => a * b)]);

        Assert.Throws<RunOverdueException>(() => endless.Run(slot, [value], []));

        Assert.Single(good.Run(slot, [new TensorValue("input", "FP32", [1], new byte[4])], []));
    }

    private static string[] Split(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private ServedModel Load(byte[] graph) => ServedModel.Load(ModelBundle.Load(
        TinyBundle.Write(_temp.File(Guid.NewGuid().ToString("N")), TinyBundle.Sum("a"), graph)));
}
