namespace EdgeAgent.TestData;

/// <summary>
/// The parts of an ONNX file, field by field as https://github.com/onnx/onnx/blob/main/onnx/onnx.proto numbers them.
/// </summary>
internal static class OnnxParts
{
    /// <summary>Types of elements, as ONNX numbers them.</summary>
    public const int Float32 = 1, OfInt32 = 6, OfInt64 = 7, OfText = 8, OfBool = 9, Float16 = 10, Float64 = 11;

    /// <summary>A whole file.</summary>
    public static byte[] Graph(Proto[] nodes, Proto[] tensors, Proto[] inputs, Proto[] outputs)
    {
        var graph = new Proto().Text(2, "graph");
        foreach (var node in nodes) graph.Message(1, node);
        foreach (var tensor in tensors) graph.Message(5, tensor);
        foreach (var input in inputs) graph.Message(11, input);
        foreach (var output in outputs) graph.Message(12, output);
        return new Proto().Number(1, 8).Message(7, graph).Message(8, new Proto().Number(2, 13)).ToArray();
    }

    public static Proto Node(string op, string[] inputs, string[] outputs, params Proto[] attributes)
    {
        var node = new Proto();
        foreach (var input in inputs) node.Text(1, input);
        foreach (var output in outputs) node.Text(2, output);
        node.Text(4, op);
        foreach (var attribute in attributes) node.Message(5, attribute);
        return node;
    }

    public static Proto Number(string name, long value) => new Proto().Text(1, name).Number(3, value).Number(20, 2);

    public static Proto Ints(string name, params long[] values)
    {
        var attribute = new Proto().Text(1, name);
        foreach (var value in values) attribute.Number(8, value);
        return attribute.Number(20, 7);
    }

    public static Proto Tensor(string name, int type, long[] shape, ReadOnlySpan<byte> content)
    {
        var tensor = new Proto();
        foreach (var dimension in shape) tensor.Number(1, dimension);
        return tensor.Number(2, type).Text(8, name).Bytes(9, content.ToArray());
    }

    /// <summary>[batch, …]; an axis of −1 is open.</summary>
    public static Proto Value(string name, int type, params int[] axes) => new Proto().Text(1, name).Message(2, Type(type, axes));

    public static Proto Type(int type, params int[] axes)
    {
        var shape = new Proto().Message(1, new Proto().Text(2, "batch"));
        foreach (var axis in axes)
            shape.Message(1, axis < 0 ? new Proto().Text(2, "open") : new Proto().Number(1, axis));
        return new Proto().Message(1, new Proto().Number(1, type).Message(2, shape));
    }

    public static Proto Scalar(string name, int type) =>
        new Proto().Text(1, name).Message(2, new Proto().Message(1, new Proto().Number(1, type).Message(2, new Proto())));
}
