namespace EdgeAgent.Modeling.Onnx;

/// <summary>A graph in a few lines for people.</summary>
internal static class GraphSummary
{
    private static readonly Dictionary<int, string> TypeNames = new()
    {
        [Tensors.Float32] = "float32", [Tensors.UInt8] = "uint8", [Tensors.Int8] = "int8", [Tensors.Int32] = "int32",
    };

    public static string Of(ModelProto model, long bytes)
    {
        var graph = model.Graph;
        var nodes = graph.Node.GroupBy(n => n.OpType).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}");
        var constants = graph.Initializer.GroupBy(t => t.DataType).OrderBy(g => g.Key)
            .Select(g => $"{g.Sum(t => t.Dims.Aggregate(1L, (a, b) => a * b))} {TypeNames.GetValueOrDefault(g.Key, $"type {g.Key}")}");
        return $"{bytes} bytes, opset {model.OpsetImport.FirstOrDefault(o => o.Domain.Length == 0)?.Version}\n"
            + $"  input   {string.Join(", ", graph.Input.Select(Shape))}\n"
            + $"  output  {string.Join(", ", graph.Output.Select(Shape))}\n"
            + $"  nodes   {string.Join(", ", nodes)}\n"
            + $"  numbers {string.Join(", ", constants)}";
    }

    private static string Shape(ValueInfoProto value) =>
        $"{value.Name} [{string.Join(", ", (value.Type?.TensorType?.Shape?.Dim ?? []).Select(d => d.DimParam.Length > 0 ? d.DimParam : $"{d.DimValue}"))}]";
}
