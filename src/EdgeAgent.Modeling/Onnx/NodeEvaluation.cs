using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Modeling.Onnx;

/// <summary>Computes a node whose inputs are all constants, by letting ONNX Runtime run a graph of that one node.</summary>
internal static class NodeEvaluation
{
    /// <returns>Its outputs as constants, or null where one is of a kind that no constant here can have.</returns>
    public static TensorProto[]? Run(ModelProto model, NodeProto node, IEnumerable<TensorProto> constants)
    {
        var graph = new GraphProto { Name = node.Label(), Node = { node.Clone() }, Initializer = { constants } };
        graph.Output.AddRange(node.Output.Select(o => new ValueInfoProto { Name = o }));
        var alone = new ModelProto { IrVersion = model.IrVersion, Graph = graph, OpsetImport = { model.OpsetImport } };
        using var session = RuntimeSession.Open(alone, optimize: false);
        using var options = new RunOptions();
        using var results = RuntimeSession.Guard(alone, () => session.Run(options, [], [], session.OutputNames));
        var tensors = results.Select((r, i) => ToConstant(session.OutputNames[i], r)).OfType<TensorProto>().ToArray();
        return tensors.Length == node.Output.Count ? tensors : null;
    }

    private static TensorProto? ToConstant(string name, OrtValue value)
    {
        if (!value.IsTensor)
            return null;
        var info = value.GetTensorTypeAndShape();
        return info.ElementDataType switch
        {
            TensorElementType.Float => Make(name, Tensors.Float32, value.GetTensorDataAsSpan<float>(), info.Shape),
            TensorElementType.Int64 => Make(name, Tensors.Int64, value.GetTensorDataAsSpan<long>(), info.Shape),
            TensorElementType.Int32 => Make(name, Tensors.Int32, value.GetTensorDataAsSpan<int>(), info.Shape),
            TensorElementType.Bool => Make(name, Tensors.Bool, value.GetTensorDataAsSpan<bool>(), info.Shape),
            _ => null,
        };
    }

    private static TensorProto Make<T>(string name, int type, ReadOnlySpan<T> values, long[] shape) where T : struct =>
        new() { Name = name, DataType = type, Dims = { shape }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };
}
