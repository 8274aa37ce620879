using System.Buffers;
using System.Text.Json;
using EdgeAgent.Inference.Serving;
using EdgeAgent.Pipeline;

namespace EdgeAgent.Serving;

/// <summary>The answer to an <see cref="InferRequest"/>, ready to be sent.</summary>
/// <param name="Json">The first part.</param>
/// <param name="Binary">The tensors behind it, in the order in which the JSON names them; none: it is all JSON.</param>
internal sealed record InferAnswer(ReadOnlyMemory<byte> Json, IReadOnlyList<byte[]> Binary)
{
    /// <summary>Of all outputs of an answer: as texts they are several times as large.</summary>
    private const int JsonElementLimit = ServeOptions.MessageBytes / 16;

    /// <exception cref="ServingException">JSON has no form for an output, or would be too large.</exception>
    public static InferAnswer Of(ServedModel model, InferRequest request, IReadOnlyList<TensorValue> outputs)
    {
        var asJson = outputs.Where(o => !request.WantsBinary(o.Name)).Sum(o => TensorValue.ElementsOf(o.Shape) ?? 0);
        if (asJson > JsonElementLimit)
            throw new ServingException(
                $"the outputs have {asJson} elements; at most {JsonElementLimit} are written as JSON: ask for binary data");
        var written = new ArrayBufferWriter<byte>();
        List<byte[]> binary = [];
        using var json = new Utf8JsonWriter(written, ServingJson.Options);
        json.WriteStartObject();
        json.WriteString("model_name", model.Bundle.Manifest.Name);
        json.WriteString("model_version", model.Bundle.Manifest.Version);
        if (request.Id is not null) json.WriteString("id", request.Id);
        json.WriteStartArray("outputs");
        foreach (var output in outputs)
        {
            json.WriteStartObject();
            json.WriteString("name", output.Name);
            json.WriteString("datatype", output.Datatype);
            ServingJson.WriteShape(json, output.Shape);
            if (request.WantsBinary(output.Name))
            {
                json.WriteStartObject("parameters");
                json.WriteNumber("binary_data_size", output.Data.Length);
                json.WriteEndObject();
                binary.Add(output.Data);
            }
            else
            {
                json.WritePropertyName("data");
                TensorJson.Write(json, output);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return new InferAnswer(written.WrittenMemory, binary);
    }
}
