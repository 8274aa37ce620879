using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Cleaning;

/// <summary>
/// Brings a checked model of any exporter into the plain form that the quantizer reads. The numbers it computes stay the same.
/// </summary>
internal static class ModelCleaner
{
    // The oldest file version in which constants need not be listed as inputs.
    private const long FileVersion = 4;

    /// <summary>A cleaned copy, its nodes named and in the order they run.</summary>
    /// <exception cref="ModelingException">The model is refused; the message says why.</exception>
    public static ModelProto Clean(ModelProto model, string file)
    {
        ModelCheck.Require(model, file);
        // The runtime knows what each operator needs; behind this the steps below can rely on it.
        RuntimeSession.Open(model, optimize: false).Dispose();
        var clean = model.Clone();
        clean.IrVersion = Math.Max(clean.IrVersion, FileVersion);
        var graph = clean.Graph;
        RemoveConstantInputs(graph);
        ConstantNodes.ToInitializers(graph);
        NoOps.Remove(graph);
        NameNodes(graph);
        OpsetBump.ToPerChannel(clean, file);
        ConstantFolding.Fold(clean);
        BatchNormFold.Fold(graph);
        GemmForm.Simplify(graph);
        DeadNodes.Remove(graph);
        // What other programs inferred may be wrong by now.
        graph.ValueInfo.Clear();
        return clean;
    }

    private static void RemoveConstantInputs(GraphProto graph)
    {
        var constants = graph.Initializer.Select(t => t.Name).ToHashSet();
        foreach (var input in graph.Input.Where(i => constants.Contains(i.Name)).ToArray())
            graph.Input.Remove(input);
    }

    private static void NameNodes(GraphProto graph)
    {
        var names = new HashSet<string>();
        for (var i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            if (node.Name.Length == 0 || !names.Add(node.Name))
                names.Add(node.Name = $"{node.OpType}_{i}");
        }
    }
}
