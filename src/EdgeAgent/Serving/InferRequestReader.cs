using System.Text.Json;
using EdgeAgent.Inference.Serving;

namespace EdgeAgent.Serving;

/// <summary>
/// Reads a request of the Open Inference Protocol, version 2: JSON, and behind it the tensors that are sent as they are (the binary
/// tensor data extension). What a client may add of its own is passed over; what would change the answer is refused.
/// </summary>
internal sealed class InferRequestReader
{
    private const string BinarySize = "binary_data_size";
    /// <summary>What other servers offer and this one does not: passed over, it would give a wrong answer.</summary>
    private static readonly string[] NotOffered =
        ["shared_memory_region", "classification", "sequence_id", "sequence_start", "sequence_end"];

    private readonly ReadOnlyMemory<byte> _json, _binary;
    private readonly List<TensorValue> _inputs = [];
    private readonly List<WantedOutput> _outputs = [];
    private string? _id;
    private bool _isBinary;
    private int _binaryAt;

    private InferRequestReader(ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> binary) => (_json, _binary) = (json, binary);

    /// <param name="body">All of it.</param>
    /// <param name="jsonBytes">Bytes of the JSON, with tensors behind it; null: it is all JSON.</param>
    /// <exception cref="ServingException">It is no such request.</exception>
    public static InferRequest Read(ReadOnlyMemory<byte> body, int? jsonBytes)
    {
        var length = jsonBytes ?? body.Length;
        if (length < 0 || length > body.Length)
            throw new ServingException($"Inference-Header-Content-Length is {length}; the body has {body.Length} bytes");
        try
        {
            return new InferRequestReader(body[..length], body[length..]).Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new ServingException($"no request of the Open Inference Protocol: {e.Message}");
        }
    }

    private InferRequest Read()
    {
        var reader = new Utf8JsonReader(_json.Span);
        reader.Read();
        ReadObject(ref reader, "the request", (ref Utf8JsonReader at, string name) =>
        {
            switch (name)
            {
                case "id": _id = at.GetString(); break;
                case "parameters":
                    ReadParameters(ref at, "the request", (key, parameter) =>
                        _isBinary = key == "binary_data_output" ? parameter.IsTrue : _isBinary);
                    break;
                case "inputs": ReadArray(ref at, "inputs", ReadInput); break;
                case "outputs": ReadArray(ref at, "outputs", ReadOutput); break;
                default: at.Skip(); break;
            }
        });
        if (reader.Read()) throw new ServingException("something stands behind the request's JSON");
        if (_inputs.Count == 0) throw new ServingException("inputs is missing or empty; expected the model's tensors");
        if (_binaryAt != _binary.Length)
            throw new ServingException(
                $"{_binary.Length} bytes stand behind the JSON, and the inputs name {_binaryAt} as theirs ({BinarySize})");
        return new InferRequest(_id, _inputs, _outputs, _isBinary);
    }

    private void ReadInput(ref Utf8JsonReader reader)
    {
        string? name = null, datatype = null;
        List<long>? shape = null;
        long? size = null;
        var data = -1;
        ReadObject(ref reader, "an input", (ref Utf8JsonReader at, string member) =>
        {
            switch (member)
            {
                case "name": name = at.GetString(); break;
                case "datatype": datatype = at.GetString(); break;
                case "shape":
                    var lengths = shape = [];
                    ReadArray(ref at, "shape", (ref Utf8JsonReader length) => lengths.Add(length.GetInt64()));
                    break;
                case "parameters":
                    ReadParameters(ref at, "an input", (key, parameter) => size = key == BinarySize ? parameter.Whole : size);
                    break;
                case "data":
                    data = (int)at.TokenStartIndex;
                    at.Skip();
                    break;
                default: at.Skip(); break;
            }
        });
        if (name is null || datatype is null || shape is null || (size is null && data < 0))
            throw new ServingException(
                $"input \"{name}\" lacks {(name is null ? "name" : datatype is null ? "datatype" : shape is null ? "shape" : "data")}");
        if (datatype != TensorDatatype.Bytes && TensorDatatype.BytesOf(datatype) == 0)
            throw new ServingException($"input \"{name}\": there is no datatype \"{datatype}\"; expected one such as FP32, INT64, BYTES");
        _inputs.Add(new TensorValue(name, datatype, shape, size is { } bytes ? Binary(name, bytes)
            : TensorJson.Read(_json.Span[data..], datatype, name)));
    }

    private void ReadOutput(ref Utf8JsonReader reader)
    {
        string? name = null;
        bool? isBinary = null;
        ReadObject(ref reader, "an output", (ref Utf8JsonReader at, string member) =>
        {
            if (member == "name") name = at.GetString();
            else if (member == "parameters")
                ReadParameters(ref at, "an output", (key, parameter) => isBinary = key == "binary_data" ? parameter.IsTrue : isBinary);
            else at.Skip();
        });
        _outputs.Add(new WantedOutput(name ?? throw new ServingException("an output lacks name"), isBinary));
    }

    private byte[] Binary(string name, long bytes)
    {
        if (bytes < 0 || bytes > _binary.Length - _binaryAt)
            throw new ServingException(
                $"input \"{name}\": {BinarySize} is {bytes}; {_binary.Length - _binaryAt} bytes are left behind the JSON");
        var start = _binaryAt;
        _binaryAt += (int)bytes;
        return _binary.Span.Slice(start, (int)bytes).ToArray();
    }

    private delegate void ReadElement(ref Utf8JsonReader reader);

    private delegate void ReadMember(ref Utf8JsonReader reader, string name);

    private readonly record struct Parameter(bool IsTrue, long? Whole);

    /// <summary>Reads an object; the reader stands at its beginning, and for each member at the beginning of its value.</summary>
    private static void ReadObject(ref Utf8JsonReader reader, string what, ReadMember read)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new ServingException($"{what} is no JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            read(ref reader, name);
        }
    }

    private static void ReadArray(ref Utf8JsonReader reader, string what, ReadElement read)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new ServingException($"{what} is no JSON array");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            read(ref reader);
    }

    private static void ReadParameters(ref Utf8JsonReader reader, string what, Action<string, Parameter> take) =>
        ReadObject(ref reader, what, (ref Utf8JsonReader at, string key) =>
        {
            if (NotOffered.Contains(key)) throw new ServingException($"{what} asks for {key}, which is not offered here");
            take(key, new Parameter(at.TokenType == JsonTokenType.True,
                at.TokenType == JsonTokenType.Number && at.TryGetInt64(out var whole) ? whole : null));
            at.Skip();
        });
}
