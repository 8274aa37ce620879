namespace EdgeAgent.Modeling.Onnx;

/// <summary>A graph in a few lines for people.</summary>
internal static class GraphSummary
{
    private static readonly Dictionary<int, string> TypeNames = new()
    {
        [Tensors.Float32] = "float32", [Tensors.UInt8] = "uint8", [Tensors.Int8] = "int8", [Tensors.Int32] = "int32",
        [Tensors.Int64] = "int64", [Tensors.Bool] = "bool",
    };

    public static string Of(ModelProto model, long bytes)
    {
        var graph = model.Graph;
        var nodes = graph.Node.GroupBy(n => n.OpType).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}");
        var constants = graph.Initializer.GroupBy(t => t.DataType).OrderBy(g => g.Key)
            .Select(g => $"{g.Sum(Tensors.Count)} {TypeNames.GetValueOrDefault(g.Key, $"type {g.Key}")}");
        var listed = graph.Initializer.Select(t => t.Name).ToHashSet();
        var (integer, all) = GraphCost.IntegerLayers(model);
        var opsets = model.OpsetImport.Select(o => o.Domain.Length == 0 ? $"opset {o.Version}" : $"{o.Domain} {o.Version}");
        var maker = model.ProducerName.Length > 0 ? $"{model.ProducerName} {model.ProducerVersion}".Trim() : "nobody it names";
        return $"{bytes} bytes, {string.Join(", ", opsets)}, file version {model.IrVersion}, made by {maker}\n"
            + $"  input   {string.Join(", ", graph.Input.Where(i => !listed.Contains(i.Name)).Select(Shape))}\n"
            + $"  output  {string.Join(", ", graph.Output.Select(Shape))}\n"
            + $"  nodes   {string.Join(", ", nodes)}\n"
            + $"  numbers {string.Join(", ", constants)}\n"
            + $"  int8    {integer} of {all} layers with weights, "
            + FormattableString.Invariant($"{100 * GraphCost.IntegerShare(model):0} % of the weights");
    }

    private static string Shape(ValueInfoProto value)
    {
        var type = TypeNames.GetValueOrDefault(value.Type?.TensorType?.ElemType ?? 0, "?");
        var dims = (value.Type?.TensorType?.Shape?.Dim ?? []).Select(d => d.DimParam.Length > 0 ? d.DimParam : $"{d.DimValue}");
        return $"{value.Name} {type} [{string.Join(", ", dims)}]";
    }
}
