using EdgeAgent.Modeling.Cleaning;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Quantization;

/// <summary>How a model is quantized.</summary>
internal sealed record QuantizationOptions
{
    public RangeMethod Ranges { get; set; } = RangeMethod.Mse;
    /// <summary>One step for each output of a layer's weights, not one for all.</summary>
    public bool PerChannel { get; set; } = true;
    /// <summary>Names of nodes, their outputs or operators that stay float.</summary>
    public IReadOnlyCollection<string> Keep { get; set; } = [];
}

/// <summary>Turns a cleaned float model of any kind to static INT8 in QDQ form; measured once, written as often as asked.</summary>
internal sealed class ModelQuantizer
{
    private readonly QuantizationOptions _options;
    private readonly RangeSurvey _survey;

    /// <param name="clean">A cleaned float model.</param>
    /// <param name="windows">What it will see.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ModelingException">Nothing in it can be quantized, or a name to keep is unknown.</exception>
    public ModelQuantizer(ModelProto clean, WindowSet windows, QuantizationOptions options)
    {
        _options = options;
        RequireKnown(clean.Graph, options.Keep);
        Float = clean.Clone();
        SubpixelConv.Rewrite(Float.Graph, n => QuantizationPlan.IsKept(n, options.Keep));
        Plan = QuantizationPlan.Make(Float, options.Keep);
        if (Plan.Heavy.Count == 0)
            throw new ModelingException(
                $"graph \"{Float.Graph.Name}\" has no Conv, ConvTranspose, Gemm or MatMul with constant weights that is not kept; "
                + "there is nothing to quantize");
        _survey = RangeSurvey.Take(Float, [.. Plan.Values], windows);
    }

    /// <summary>The float model whose nodes the plan speaks of; it computes what the given one does.</summary>
    public ModelProto Float { get; }
    public QuantizationPlan Plan { get; }

    /// <summary>A quantized copy; <paramref name="keep"/> names nodes that stay float beside those of the options.</summary>
    public ModelProto Write(params IEnumerable<string> keep)
    {
        string[] kept = [.. _options.Keep, .. keep];
        var plan = kept.Length == _options.Keep.Count ? Plan : QuantizationPlan.Make(Float, kept);
        return new QdqWriter(Float, plan, value => _survey.Scale(value, _options.Ranges), _options.PerChannel).Result;
    }

    private static void RequireKnown(GraphProto graph, IEnumerable<string> keep)
    {
        var layers = graph.Node.Where(n => n.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul").Select(n => $"\"{n.Name}\"");
        foreach (var name in keep)
            if (!graph.Node.Any(n => QuantizationPlan.IsKept(n, [name])))
                throw new ModelingException(
                    $"--keep \"{name}\" is no node, value or operator of the model; its layers are {string.Join(", ", layers)}");
    }
}
