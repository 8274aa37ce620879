using System.Buffers;
using System.Text.Json;
using EdgeAgent.Cli;
using EdgeAgent.Inference.Serving;

namespace EdgeAgent.Serving;

/// <summary>What the protocol says in JSON, but for tensors' contents.</summary>
internal static class ServingJson
{
    /// <summary>What Triton calls a model that ONNX Runtime runs.</summary>
    private const string Platform = "onnxruntime_onnx";

    /// <summary>Names and quotes as they are: it is never put into a web page.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = ReadableJsonEncoder.Instance };

    public static ReadOnlyMemory<byte> Error(string message) => Written(json => json.WriteString("error", message));

    public static ReadOnlyMemory<byte> Truth(string what, bool value) => Written(json => json.WriteBoolean(what, value));

    public static ReadOnlyMemory<byte> Server(string version) => Written(json =>
    {
        json.WriteString("name", "edgeagent");
        json.WriteString("version", version);
        json.WriteStartArray("extensions");
        json.WriteStringValue("binary_tensor_data");
        json.WriteStringValue("model_repository");
        json.WriteEndArray();
    });

    public static ReadOnlyMemory<byte> Ready(string model) => Written(json =>
    {
        json.WriteString("name", model);
        json.WriteBoolean("ready", true);
    });

    public static ReadOnlyMemory<byte> Metadata(ServedModel model, IEnumerable<string> versions) => Written(json =>
    {
        json.WriteString("name", model.Bundle.Manifest.Name);
        json.WriteStartArray("versions");
        foreach (var version in versions) json.WriteStringValue(version);
        json.WriteEndArray();
        json.WriteString("platform", Platform);
        WriteTensors(json, "inputs", model.Inputs);
        WriteTensors(json, "outputs", model.Outputs);
    });

    /// <summary>The repository's list: an array.</summary>
    public static ReadOnlyMemory<byte> Index(IEnumerable<IndexEntry> entries)
    {
        var written = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(written, Options);
        json.WriteStartArray();
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("name", entry.Name);
            json.WriteString("version", entry.Version);
            json.WriteString("state", entry.Reason is null ? "READY" : "UNAVAILABLE");
            json.WriteString("reason", entry.Reason ?? "");
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.Flush();
        return written.WrittenMemory;
    }

    public static void WriteShape(Utf8JsonWriter json, IReadOnlyList<long> shape)
    {
        json.WriteStartArray("shape");
        foreach (var length in shape) json.WriteNumberValue(length);
        json.WriteEndArray();
    }

    private static void WriteTensors(Utf8JsonWriter json, string name, IReadOnlyList<ServedTensor> tensors)
    {
        json.WriteStartArray(name);
        foreach (var tensor in tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("datatype", tensor.Datatype);
            WriteShape(json, tensor.Shape);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static ReadOnlyMemory<byte> Written(Action<Utf8JsonWriter> write)
    {
        var written = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(written, Options);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return written.WrittenMemory;
    }
}
