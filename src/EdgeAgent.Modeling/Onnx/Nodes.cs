namespace EdgeAgent.Modeling.Onnx;

/// <summary>Nodes of a graph, named after what they yield.</summary>
internal static class Nodes
{
    private const int IntegerAttribute = 2, IntegersAttribute = 7;

    public static NodeProto Of(string type, string output, params string[] inputs) =>
        new() { Name = output, OpType = type, Input = { inputs }, Output = { output } };

    /// <summary>The same node with a whole number as attribute.</summary>
    public static NodeProto With(this NodeProto node, string attribute, long value)
    {
        node.Attribute.Add(new AttributeProto { Name = attribute, I = value, Type = IntegerAttribute });
        return node;
    }

    /// <summary>The same node with whole numbers as attribute.</summary>
    public static NodeProto With(this NodeProto node, string attribute, params IEnumerable<long> values)
    {
        node.Attribute.Add(new AttributeProto { Name = attribute, Ints = { values }, Type = IntegersAttribute });
        return node;
    }

    /// <summary>What people call the node: its name, or what it yields.</summary>
    public static string Label(this NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? node.OpType;

    /// <summary>A number's value, or <paramref name="otherwise"/> where the node does not say.</summary>
    public static float Float(this NodeProto node, string attribute, float otherwise) =>
        node.Attribute.FirstOrDefault(a => a.Name == attribute)?.F ?? otherwise;

    /// <summary>A list of whole numbers, or null where the node does not say.</summary>
    public static long[]? Integers(this NodeProto node, string attribute) =>
        node.Attribute.FirstOrDefault(a => a.Name == attribute)?.Ints.ToArray();

    /// <summary>Takes an attribute away, if it is there.</summary>
    public static void Without(this NodeProto node, string attribute)
    {
        if (node.Attribute.FirstOrDefault(a => a.Name == attribute) is { } found)
            node.Attribute.Remove(found);
    }

    /// <summary>A whole number's value, or <paramref name="otherwise"/> where the node does not say.</summary>
    public static long Integer(this NodeProto node, string attribute, long otherwise) =>
        node.Attribute.FirstOrDefault(a => a.Name == attribute)?.I ?? otherwise;
}
