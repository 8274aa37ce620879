using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Cleaning;

/// <summary>Takes out nodes that hand their input on unchanged: Identity, and Dropout outside training.</summary>
internal static class NoOps
{
    public static void Remove(GraphProto graph)
    {
        foreach (var node in graph.Node.Where(n => n.OpType is "Identity" or "Dropout").ToArray())
        {
            var index = new GraphIndex(graph);
            if (node.Output.Skip(1).Any(mask => index.IsOutput(mask) || index.Consumers(mask).Count > 0))
                continue;
            var (input, output) = (node.Input[0], node.Output[0]);
            if (!index.IsOutput(output))
            {
                Rename(index.Consumers(output), output, input);
                graph.Node.Remove(node);
            }
            // The graph's output keeps its name: who makes the value before takes it over.
            else if (index.Producer(input) is { } producer && !index.IsOutput(input))
            {
                Rename(index.Consumers(input), input, output);
                producer.Output[producer.Output.IndexOf(input)] = output;
                graph.Node.Remove(node);
            }
        }
    }

    private static void Rename(IEnumerable<NodeProto> readers, string from, string to)
    {
        foreach (var reader in readers)
            for (var i = 0; i < reader.Input.Count; i++)
                if (reader.Input[i] == from)
                    reader.Input[i] = to;
    }
}
