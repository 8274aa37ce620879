using Google.Protobuf;

namespace EdgeAgent.Modeling.Onnx;

/// <summary>Reads ONNX files.</summary>
internal static class OnnxFile
{
    /// <exception cref="ModelingException">The file is no ONNX model.</exception>
    public static ModelProto Read(string path)
    {
        try
        {
            var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
            return model.Graph is { Node.Count: > 0 }
                ? model
                : throw new ModelingException($"{path}: holds no graph; expected an ONNX model");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ModelingException($"{path}: is no ONNX model: {e.Message}", e);
        }
    }
}
