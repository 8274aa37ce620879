using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Cleaning;

/// <summary>
/// Writes a ConvTranspose over one axis as a Conv that yields all s phases of the output side by side, and an
/// interleaving of them. ONNX Runtime has integer kernels for Conv, none for ConvTranspose, and moves bytes as they are.
/// </summary>
/// <remarks>
/// y[s·m + r − pad] is the sum over j of x[m − j] · w[r + s·j]: for each phase r a convolution with every s-th weight.
/// As many products as before, up to the zeros that fill the kernel to a multiple of s. W. Shi et al., "Is the
/// deconvolution layer the same as a convolutional layer?", 2016.
/// </remarks>
internal static class SubpixelConv
{
    /// <param name="graph">Changed in place.</param>
    /// <param name="skip">Nodes to leave as they are.</param>
    public static void Rewrite(GraphProto graph, Func<NodeProto, bool> skip)
    {
        foreach (var node in graph.Node.Where(n => n.OpType == "ConvTranspose" && !skip(n)).ToArray())
        {
            var index = new GraphIndex(graph);
            if (Layer.Read(node, index) is { } layer)
                Replace(graph, node, layer, index);
        }
    }

    private static void Replace(GraphProto graph, NodeProto node, Layer layer, GraphIndex index)
    {
        var name = node.Name;
        graph.Initializer.Add(Tensors.Of($"{name}_phases", layer.Weights(), layer.Outputs * layer.Stride, layer.Inputs, layer.Taps));
        var conv = Nodes.Of("Conv", $"{name}_conv", node.Input[0], $"{name}_phases");
        conv.Name = name;
        conv.With("kernel_shape", [layer.Taps]).With("pads", [layer.Taps - 1L, layer.Taps - 1L]);
        if (layer.Bias is { } bias)
        {
            float[] repeated = [.. bias.SelectMany(b => Enumerable.Repeat(b, layer.Stride))];
            graph.Initializer.Add(Tensors.Of($"{name}_phases_bias", repeated, repeated.Length));
            conv.Input.Add($"{name}_phases_bias");
        }
        List<NodeProto> chain = [conv];
        var output = node.Output[0];
        // Straight behind the Conv the runtime merges a Relu into it; behind the interleaving it would not.
        if (index.Consumers(output) is [{ OpType: "Relu" } relu] && !index.IsOutput(output))
        {
            chain.Add(Nodes.Of("Relu", $"{name}_rectified", conv.Output[0]));
            output = relu.Output[0];
            graph.Node.Remove(relu);
        }
        chain.AddRange(Interleaving(graph, name, chain[^1].Output[0], output, layer));
        var place = graph.Node.IndexOf(node);
        graph.Node.RemoveAt(place);
        foreach (var part in Enumerable.Reverse(chain))
            graph.Node.Insert(place, part);
    }

    private static IEnumerable<NodeProto> Interleaving(GraphProto graph, string name, string input, string output, Layer layer)
    {
        // 0 keeps an axis as it is, -1 takes what is left: batch and length stay open.
        graph.Initializer.Add(Tensors.Of($"{name}_split_shape", [0L, layer.Outputs, layer.Stride, -1], 4));
        graph.Initializer.Add(Tensors.Of($"{name}_joined_shape", [0L, layer.Outputs, -1], 3));
        yield return Nodes.Of("Reshape", $"{name}_split", input, $"{name}_split_shape");
        yield return Nodes.Of("Transpose", $"{name}_turned", $"{name}_split").With("perm", [0, 1, 3, 2]);
        var isCut = layer.CutStart > 0 || layer.CutEnd > 0;
        yield return Nodes.Of("Reshape", isCut ? $"{name}_joined" : output, $"{name}_turned", $"{name}_joined_shape");
        if (!isCut)
            yield break;
        graph.Initializer.Add(Tensors.Of($"{name}_cut_from", [layer.CutStart], 1));
        graph.Initializer.Add(Tensors.Of($"{name}_cut_to", [layer.CutEnd > 0 ? -layer.CutEnd : long.MaxValue], 1));
        graph.Initializer.Add(Tensors.Of($"{name}_cut_axis", [2L], 1));
        yield return Nodes.Of("Slice", output, $"{name}_joined", $"{name}_cut_from", $"{name}_cut_to", $"{name}_cut_axis");
    }

    /// <summary>The numbers of a ConvTranspose.</summary>
    private sealed record Layer(float[] Values, int Inputs, int Outputs, int Kernel, int Stride, long CutStart, long CutEnd, float[]? Bias)
    {
        public int Taps => (Kernel + Stride - 1) / Stride;

        /// <summary>Null where the layer is of a kind that is not rewritten.</summary>
        public static Layer? Read(NodeProto node, GraphIndex index)
        {
            var hasBias = node.Input.Count > 2 && node.Input[2].Length > 0;
            if (index.Constant(node.Input[1]) is not { Dims.Count: 3, DataType: Tensors.Float32 } weights || node.Integer("group", 1) != 1
                || hasBias && index.Constant(node.Input[2]) is null || node.Integers("dilations") is [not 1]
                || node.Integers("output_shape") is not null
                || node.Attribute.Any(a => a.Name == "auto_pad" && a.S.ToStringUtf8() != "NOTSET"))
                return null;
            var (kernel, stride) = ((int)weights.Dims[2], (int)(node.Integers("strides")?[0] ?? 1));
            var pads = node.Integers("pads") ?? [0, 0];
            var end = (kernel + stride - 1) / stride * stride - kernel + pads[1] - (node.Integers("output_padding")?[0] ?? 0);
            return end < 0 ? null : new Layer(
                Tensors.Floats(weights), (int)weights.Dims[0], (int)weights.Dims[1], kernel, stride, pads[0], end,
                hasBias ? Tensors.Floats(index.Constant(node.Input[2])!) : null);
        }

        /// <summary>[outputs · stride, inputs, taps], from [inputs, outputs, kernel].</summary>
        public float[] Weights()
        {
            var result = new float[Outputs * Stride * Inputs * Taps];
            for (var o = 0; o < Outputs; o++)
                for (var r = 0; r < Stride; r++)
                    for (var i = 0; i < Inputs; i++)
                        for (var t = 0; t < Taps; t++)
                            if (r + Stride * (Taps - 1 - t) is var k && k < Kernel)
                                result[((o * Stride + r) * Inputs + i) * Taps + t] = Values[(i * Outputs + o) * Kernel + k];
            return result;
        }
    }
}
