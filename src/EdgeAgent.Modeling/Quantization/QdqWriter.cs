using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Quantization;

/// <summary>
/// Writes a quantized copy of a cleaned graph by a plan: each chosen value goes through QuantizeLinear and
/// DequantizeLinear, weights and biases are stored as integers in front of a DequantizeLinear.
/// </summary>
/// <remarks>
/// The pairs stand where ONNX Runtime merges them with the node between: on every input and on the output of an
/// integer node, with nothing else reading that output. Activations have 8 bits unsigned, weights are signed and
/// symmetric, a bias has 32 bits in steps of input · weight.
/// </remarks>
internal sealed class QdqWriter
{
    private readonly QuantizationPlan _plan;
    private readonly Func<string, AffineScale> _scales;
    private readonly bool _perChannel;
    private readonly ModelProto _result;
    private readonly GraphProto _graph;
    private readonly HashSet<string> _outputs;

    /// <param name="model">Cleaned.</param>
    /// <param name="plan">Made of that very model.</param>
    /// <param name="scales">The scale of each quantized value.</param>
    /// <param name="perChannel">One step for each output of a layer's weights, not one for all.</param>
    public QdqWriter(ModelProto model, QuantizationPlan plan, Func<string, AffineScale> scales, bool perChannel)
    {
        (_plan, _scales, _perChannel) = (plan, scales, perChannel);
        _result = model.Clone();
        _graph = _result.Graph;
        _outputs = [.. _graph.Output.Select(o => o.Name)];
        _graph.Node.Clear();
        foreach (var input in _graph.Input.Where(i => plan.IsQuantized(i.Name)))
            AddPair(input.Name, input.Name);
        foreach (var node in model.Graph.Node)
            Add(node);
        Cleaning.DeadNodes.Remove(_graph);
    }

    /// <summary>The quantized model.</summary>
    public ModelProto Result => _result;

    /// <summary>The name of a value after it went through 8 bits.</summary>
    public static string Dequantized(string value) => $"{value}_dequantized";

    private void Add(NodeProto original)
    {
        var node = original.Clone();
        for (var i = 0; i < node.Input.Count; i++)
            node.Input[i] = Read(original, node.Input[i]);
        if (_plan.IsInteger(original) && original.OpType is "Conv" or "Gemm" or "MatMul")
            Quantize(original, node);
        for (var i = 0; i < node.Output.Count; i++)
            if (_plan.IsQuantized(original.Output[i]) && _outputs.Contains(original.Output[i]))
                node.Output[i] = $"{original.Output[i]}_float";
        _graph.Node.Add(node);
        for (var i = 0; i < node.Output.Count; i++)
            if (_plan.IsQuantized(original.Output[i]))
                AddPair(original.Output[i], node.Output[i]);
    }

    /// <summary>A float node reads a float value as it was, unless an integer node yields it.</summary>
    private string Read(NodeProto reader, string value) =>
        _plan.IsQuantized(value) && (_plan.IsInteger(reader) || _plan.ComesFromIntegers(value)) ? Read(value) : value;

    private string Read(string value) => _outputs.Contains(value) ? value : Dequantized(value);

    private void AddPair(string value, string from)
    {
        var scale = _scales(_plan.ScaleOf(value));
        _graph.Initializer.Add(Tensors.Of($"{value}_step", [scale.Step]));
        _graph.Initializer.Add(Tensors.Of($"{value}_zero", [scale.Zero]));
        _graph.Node.Add(Nodes.Of("QuantizeLinear", $"{value}_quantized", from, $"{value}_step", $"{value}_zero"));
        var back = Nodes.Of("DequantizeLinear", Read(value), $"{value}_quantized", $"{value}_step", $"{value}_zero");
        // Of an output it yields the value itself, after which the node before may be named.
        back.Name = Dequantized(value);
        _graph.Node.Add(back);
    }

    private void Quantize(NodeProto original, NodeProto node)
    {
        if (Operators.Weights(original, _plan.Index) is not { } weights)
            return;
        var inputStep = _scales(_plan.ScaleOf(original.Input[0])).Step;
        var hasBias = original.Input.Count > 2 && original.Input[2].Length > 0;
        var bias = hasBias ? Tensors.Floats(_plan.Index.Constant(original.Input[2])!) : null;
        var axis = _perChannel ? Operators.OutputAxis(original, weights) : null;
        var (inner, outputs) = axis is { } a ? Axis.Of(weights, a) : (1, 1);
        var floors = bias is null ? null : Spread(WeightScale.Floors(bias, inputStep), outputs);
        var integers = WeightScale.Of(Tensors.Floats(weights), outputs, inner, floors);

        node.Input[1] = $"{node.Name}_weights_dequantized";
        var weightsInt = Tensors.Of($"{node.Name}_weights_int", integers.Weights, [.. weights.Dims]);
        AddConstant(node.Input[1], $"{node.Name}_weights", weightsInt, integers.Steps, axis);
        if (bias is null)
            return;
        node.Input[2] = $"{node.Name}_bias_dequantized";
        var biasInt = Tensors.Of($"{node.Name}_bias_int", integers.Bias(bias, inputStep), bias.Length);
        AddConstant(node.Input[2], $"{node.Name}_bias", biasInt, integers.BiasSteps(inputStep), axis is null ? null : 0);
    }

    private static float[] Spread(float[] floors, int outputs) => outputs == 1 ? [floors.Max()] : floors;

    private void AddConstant(string output, string name, TensorProto integers, float[] steps, int? axis)
    {
        long[] shape = axis is null ? [] : [steps.Length];
        _graph.Initializer.Add(integers);
        _graph.Initializer.Add(Tensors.Of($"{name}_step", steps, shape));
        var node = Nodes.Of("DequantizeLinear", output, integers.Name, $"{name}_step");
        if (integers.DataType == Tensors.Int8)
        {
            _graph.Initializer.Add(Tensors.Of($"{name}_zero", new sbyte[steps.Length], shape));
            node.Input.Add($"{name}_zero");
        }
        _graph.Node.Add(axis is { } a ? node.With("axis", a) : node);
    }
}
