namespace EdgeAgent.Modeling.Onnx;

/// <summary>Nodes of a graph, named after what they yield.</summary>
internal static class Nodes
{
    private const int IntegerAttribute = 2;

    public static NodeProto Of(string type, string output, params string[] inputs) =>
        new() { Name = output, OpType = type, Input = { inputs }, Output = { output } };

    /// <summary>The same node with a whole number as attribute.</summary>
    public static NodeProto With(this NodeProto node, string attribute, long value)
    {
        node.Attribute.Add(new AttributeProto { Name = attribute, I = value, Type = IntegerAttribute });
        return node;
    }

    /// <summary>A whole number's value, or <paramref name="otherwise"/> where the node does not say.</summary>
    public static long Integer(this NodeProto node, string attribute, long otherwise) =>
        node.Attribute.FirstOrDefault(a => a.Name == attribute)?.I ?? otherwise;
}
