using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Quantization;

/// <summary>
/// Rewrites a float graph to static INT8 in QDQ form: each Gemm gets its input, weights and bias through
/// QuantizeLinear and DequantizeLinear, which ONNX Runtime fuses to integer kernels. All else stays float.
/// </summary>
/// <remarks>
/// Activations: 8 bits unsigned. Weights: signed, one step per output. A Relu between two Gemms vanishes, since the
/// unsigned scale behind it starts at 0. The last Gemm's result stays float: its integer sum is only multiplied.
/// </remarks>
internal sealed class StaticQuantizer(ActivationRanges ranges)
{
    /// <summary>Whether a node is one that this class turns to integers.</summary>
    public static bool IsQuantizable(NodeProto node) =>
        node.OpType == "Gemm" && node.Input.Count == 3 && node.Integer("transA", 0) == 0 && node.Integer("transB", 0) == 0;

    /// <summary>A quantized copy.</summary>
    /// <exception cref="ModelingException">The graph has no Gemm with constant weights.</exception>
    public ModelProto Quantize(ModelProto model)
    {
        var result = model.Clone();
        var graph = result.Graph;
        graph.Node.Clear();
        var constants = model.Graph.Initializer.ToDictionary(t => t.Name);
        var scales = new Dictionary<string, AffineScale>();
        foreach (var node in model.Graph.Node)
        {
            if (IsQuantizable(node)
                && constants.TryGetValue(node.Input[1], out var weights)
                && constants.TryGetValue(node.Input[2], out var bias))
                Rewrite(graph, node, weights, bias, scales);
            else
                graph.Node.Add(node.Clone());
        }
        if (scales.Count == 0)
            throw new ModelingException($"graph \"{graph.Name}\" has no Gemm with constant weights and bias; there is nothing to quantize");
        return result;
    }

    private void Rewrite(GraphProto graph, NodeProto gemm, TensorProto weights, TensorProto bias, Dictionary<string, AffineScale> scales)
    {
        var input = gemm.Input[0];
        if (!scales.TryGetValue(input, out var scale))
            scales[input] = scale = AddActivation(graph, input);

        var outputs = (int)weights.Dims[1];
        var integers = WeightScale.Of(Tensors.Floats(weights), outputs);
        graph.Initializer.Remove(weights);
        graph.Initializer.Remove(bias);
        AddConstant(graph, weights.Name, Tensors.Of($"{weights.Name}_int", integers.Weights, [.. weights.Dims]), integers.Steps, axis: 1);
        var biasInt = Tensors.Of($"{bias.Name}_int", integers.Bias(Tensors.Floats(bias), scale.Step), outputs);
        AddConstant(graph, bias.Name, biasInt, integers.BiasSteps(scale.Step), axis: 0);

        var rewritten = gemm.Clone();
        rewritten.Input[0] = $"{input}_dequantized";
        graph.Node.Add(rewritten);
    }

    private AffineScale AddActivation(GraphProto graph, string value)
    {
        var scale = AffineScale.Cover(ranges[value].Low, ranges[value].High);
        graph.Initializer.Add(Tensors.Of($"{value}_step", [scale.Step]));
        graph.Initializer.Add(Tensors.Of($"{value}_zero", [scale.Zero]));
        graph.Node.Add(Nodes.Of("QuantizeLinear", $"{value}_quantized", value, $"{value}_step", $"{value}_zero"));
        graph.Node.Add(Nodes.Of("DequantizeLinear", $"{value}_dequantized", $"{value}_quantized", $"{value}_step", $"{value}_zero"));
        return scale;
    }

    /// <summary>The Gemm goes on reading <paramref name="name"/>, which now comes out of the integers.</summary>
    private static void AddConstant(GraphProto graph, string name, TensorProto integers, float[] steps, int axis)
    {
        graph.Initializer.Add(integers);
        graph.Initializer.Add(Tensors.Of($"{name}_step", steps, steps.Length));
        var inputs = new List<string> { integers.Name, $"{name}_step" };
        if (integers.DataType == Tensors.Int8)
        {
            graph.Initializer.Add(Tensors.Of($"{name}_zero", new sbyte[steps.Length], steps.Length));
            inputs.Add($"{name}_zero");
        }
        graph.Node.Add(Nodes.Of("DequantizeLinear", name, [.. inputs]).With("axis", axis));
    }
}
