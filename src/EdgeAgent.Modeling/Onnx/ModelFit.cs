using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Modeling.Onnx;

/// <summary>Checks that a graph takes and gives what a manifest says.</summary>
internal static class ModelFit
{
    /// <param name="model">Cleaned: its only inputs are windows.</param>
    /// <param name="manifest">What it must fit.</param>
    /// <param name="file">How messages name the graph.</param>
    /// <exception cref="ModelingException">It does not; the message says what to change.</exception>
    public static void Require(ModelProto model, BundleManifest manifest, string file)
    {
        var (types, graph) = (GraphTypes.Infer(model), model.Graph);
        long[] window = [manifest.Window.Length, manifest.Channels.Count];
        long[] input = manifest.Input.Features is { } features ? [features.Count * manifest.Channels.Count] : window;
        RequireName(graph.Input, manifest.Input.Name, "input", file);
        RequireShape(types.Shape(manifest.Input.Name), input, "input", file);
        RequireName(graph.Output, manifest.Output.Name, "output", file);
        if (!types.IsFloat(manifest.Output.Name))
            throw new ModelingException(
                $"{file}: its output \"{manifest.Output.Name}\" is no tensor of float32; expected one: export the model in FP32");
        var output = types.Shape(manifest.Output.Name);
        RequireShape(output, manifest.Output.Kind == "reconstruction" ? window : output is { Length: 1 } ? [] : [1], "output", file);
    }

    private static void RequireName(IEnumerable<ValueInfoProto> values, string name, string what, string file)
    {
        if (values.All(v => v.Name != name))
            throw new ModelingException(
                $"{file}: has no {what} \"{name}\"; it has {string.Join(", ", values.Select(v => $"\"{v.Name}\""))}: "
                + $"correct {what}.name in the manifest");
    }

    private static void RequireShape(int[]? shape, long[] expected, string what, string file)
    {
        if (shape is null || shape.Length == expected.Length + 1 && !expected.Where((e, i) => shape[i + 1] >= 0 && shape[i + 1] != e).Any())
            return;
        var hint = shape.Length == 3 && expected.Length == 2 && shape[1] == expected[1] && shape[2] == expected[0]
            ? $"; length and channels are the wrong way round: transpose inside the model, in PyTorch x.transpose(1, 2)"
            : "; correct the manifest, or export the model with this shape";
        throw new ModelingException($"{file}: its {what} has the shape [{string.Join(", ", shape.Select(d => d < 0 ? "open" : $"{d}"))}]; "
            + $"by the manifest it must be [batch{string.Concat(expected.Select(e => $", {e}"))}]{hint}");
    }
}
