using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Cleaning;

/// <summary>Takes out nodes and constants that no output depends on.</summary>
internal static class DeadNodes
{
    public static void Remove(GraphProto graph)
    {
        var needed = graph.Output.Select(o => o.Name).ToHashSet();
        // Nodes stand in the order they run, so one walk from the end finds all.
        for (var i = graph.Node.Count - 1; i >= 0; i--)
        {
            if (graph.Node[i].Output.Any(needed.Contains))
                needed.UnionWith(graph.Node[i].Input);
            else
                graph.Node.RemoveAt(i);
        }
        foreach (var constant in graph.Initializer.Where(t => !needed.Contains(t.Name)).ToArray())
            graph.Initializer.Remove(constant);
    }
}
