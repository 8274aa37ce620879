using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace EdgeAgent.Discovery;

/// <summary>What a payload is, as far as its first look tells.</summary>
internal enum PayloadKind
{
    Empty,
    /// <summary>A JSON object or a list.</summary>
    Document,
    /// <summary>One number, perhaps with a unit or a decimal comma.</summary>
    Scalar,
    /// <summary>A word such as online.</summary>
    Word,
    /// <summary>A text of another kind.</summary>
    Text,
    /// <summary>No text at all.</summary>
    Binary,
}

/// <summary>Tells payloads of different kinds apart.</summary>
internal static class PayloadKinds
{
    private const int ScalarLimit = 32;
    private static readonly SearchValues<byte> InNumbers = SearchValues.Create("0123456789.,eE+-"u8);

    public static PayloadKind Of(ReadOnlySpan<byte> payload)
    {
        if (!Utf8.IsValid(payload)) return PayloadKind.Binary;
        var text = payload.Trim(" \t\r\n\0"u8);
        if (text.IsEmpty) return PayloadKind.Empty;
        if (text[0] is (byte)'{' or (byte)'[' && IsJson(text)) return PayloadKind.Document;
        if (IsNumber(text)) return PayloadKind.Scalar;
        return text.ContainsAny("=,:{"u8) ? PayloadKind.Text : PayloadKind.Word;
    }

    /// <summary>Whether a text is one number, perhaps with a unit or a decimal comma.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > ScalarLimit) return false;
        var digits = text[0] is (byte)'-' or (byte)'+' or (byte)'"' ? text[1..] : text;
        if (digits.IsEmpty || digits[0] is < (byte)'0' or > (byte)'9') return false;
        // A unit may follow the number, another number may not: that is a date, a version or an address.
        var end = digits.IndexOfAnyExcept(InNumbers);
        var number = end < 0 ? digits : digits[..end];
        return number.Count((byte)'.') + number.Count((byte)',') <= 1 && number.Count((byte)'-') <= 1
            && (end < 0 || !digits[end..].ContainsAnyInRange((byte)'0', (byte)'9'));
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { AllowMultipleValues = true });
            while (reader.Read())
            {
            }
            return true;
        }
        // What needs a repair is read all the same; whether it is of use the decoders will say.
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(text).Contains("\":", StringComparison.Ordinal);
        }
    }
}
