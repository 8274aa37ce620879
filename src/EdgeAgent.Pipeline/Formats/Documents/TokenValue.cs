using System.Text.Json;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>The number at a reader, in whatever form a source writes it; remembers what was there instead of one.</summary>
internal sealed class TokenValue(PayloadOptions source)
{
    private readonly TextValue _texts = new(source);

    /// <summary>Whether the payload had texts that are no numbers.</summary>
    public bool SawText { get; private set; }

    /// <summary>Whether the payload had arrays of numbers that nobody knows how to read.</summary>
    public bool SawArray { get; private set; }

    /// <summary>Whether the payload had a null where a number might be.</summary>
    public bool SawNull { get; private set; }

    /// <summary>Whether the last array was one of several numbers.</summary>
    public bool WasArray { get; private set; }

    public void Clear() => (SawText, SawArray, SawNull) = (false, false, false);

    public void NoteNull() => SawNull = true;

    /// <summary>The value; NaN: it is none.</summary>
    /// <param name="reader">Moves to the end of an array.</param>
    /// <param name="isWanted">Whether somebody asked for this value by name.</param>
    public float Read<TReader>(ref TReader reader, bool isWanted) where TReader : struct, ITokenReader, allows ref struct
    {
        var value = float.NaN;
        switch (reader.Kind)
        {
            case JsonTokenType.Number:
                TryNumber(ref reader, out value);
                return value;
            case JsonTokenType.String:
                TryText(ref reader, isWanted, out value);
                return value;
            case JsonTokenType.StartArray:
                TrySingle(ref reader, out value);
                return value;
            default:
                SawNull |= reader.Kind == JsonTokenType.Null;
                return reader.Kind == JsonTokenType.True ? 1 : reader.Kind == JsonTokenType.False ? 0 : float.NaN;
        }
    }

    public static bool TryNumber<TReader>(ref TReader reader, out float value) where TReader : struct, ITokenReader, allows ref struct
    {
        value = float.NaN;
        if (reader.Kind != JsonTokenType.Number || !reader.TryGetSingle(out var number) || !float.IsFinite(number)) return false;
        value = number;
        return true;
    }

    public bool TryText<TReader>(ref TReader reader, bool isWanted, out float value) where TReader : struct, ITokenReader, allows ref struct
    {
        if (_texts.TryRead(reader.Text, isWanted, out value)) return true;
        SawText = true;
        return false;
    }

    /// <summary>An array of one number is that number; any other needs a rate to be samples.</summary>
    public bool TrySingle<TReader>(ref TReader reader, out float value) where TReader : struct, ITokenReader, allows ref struct
    {
        var (count, numbers) = (0, 0);
        value = float.NaN;
        while (reader.Read() && reader.Kind != JsonTokenType.EndArray)
        {
            count++;
            if (TryNumber(ref reader, out var number)) (value, numbers) = (number, numbers + 1);
            reader.Skip();
        }
        WasArray = numbers > 0 && count > 1;
        if (count == 1 && numbers == 1) return true;
        SawArray |= WasArray;
        value = float.NaN;
        return false;
    }

    /// <summary>The text or number at a reader, as part of a name; empty: it is neither.</summary>
    public static ReadOnlySpan<byte> NameText<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct =>
        reader.Kind is JsonTokenType.String or JsonTokenType.Number ? reader.Text : [];
}
