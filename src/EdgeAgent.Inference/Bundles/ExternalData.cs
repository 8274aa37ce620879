using System.Text;

namespace EdgeAgent.Inference.Bundles;

/// <summary>
/// Finds the second files that an ONNX file names for its weights, by walking through the messages that may name one, as
/// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto numbers them. What cannot be walked through to its end may name more.
/// </summary>
internal sealed class ExternalData
{
    /// <summary>As deep as other readers of these messages go.</summary>
    private const int DepthLimit = 100;
    private const int NameBytesLimit = 4096;

    private enum Message { Model, Training, Graph, Node, Attribute, Function, Sparse, Tensor, Entry }

    private readonly ProtoReader _reader;
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);

    private ExternalData(Stream model) => _reader = new ProtoReader(model);

    /// <summary>The names as they are written, relative to the model's folder, each once and in order.</summary>
    /// <returns>False: it is no such file, or damaged, and there may be more.</returns>
    public static bool TryFind(Stream model, out IReadOnlyCollection<string> names)
    {
        var walk = new ExternalData(model);
        names = walk._names;
        try
        {
            walk.Walk(Message.Model, model.Length, DepthLimit);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static Message? Inner(Message message, int field) => (message, field) switch
    {
        (Message.Model, 7) or (Message.Training, 1 or 2) or (Message.Attribute, 6 or 11) => Message.Graph,
        (Message.Model, 20) => Message.Training,
        (Message.Model, 25) => Message.Function,
        (Message.Graph, 1) or (Message.Function, 7) => Message.Node,
        (Message.Node, 5) or (Message.Function, 11) => Message.Attribute,
        (Message.Graph, 15) or (Message.Attribute, 22 or 23) => Message.Sparse,
        (Message.Graph, 5) or (Message.Attribute, 5 or 10) or (Message.Sparse, 1 or 2) => Message.Tensor,
        (Message.Tensor, 13) => Message.Entry,
        _ => null,
    };

    private void Walk(Message message, long end, int depth)
    {
        if (depth == 0) throw new InvalidDataException();
        while (_reader.Position < end)
        {
            if (!_reader.TryReadField(end, out var field, out var length)) continue;
            var inner = Inner(message, field);
            if (inner == Message.Entry)
                ReadEntry(_reader.Position + length);
            else if (inner is { } next)
                Walk(next, _reader.Position + length, depth - 1);
            else
                _reader.Skip(length);
        }
    }

    /// <summary>A pair of texts, of which one is the name: <c>location</c> and where.</summary>
    private void ReadEntry(long end)
    {
        var (key, value) = ("", "");
        while (_reader.Position < end)
        {
            if (!_reader.TryReadField(end, out var field, out var length)) continue;
            if (field is not (1 or 2) || length > NameBytesLimit)
            {
                _reader.Skip(length);
                // Never a file's name: whoever looks for it refuses it.
                if (field == 2) value = "(too long)/..";
                continue;
            }
            var text = Encoding.UTF8.GetString(_reader.Read((int)length));
            if (field == 1) key = text;
            if (field == 2) value = text;
        }
        if (key == "location") _names.Add(value);
    }
}
