using System.Text.Json;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// A payload of nested objects and arrays, token by token, in the words of JSON. What is malformed is a
/// <see cref="JsonException"/> or <see cref="InvalidOperationException"/>, as it is to the reader of JSON.
/// </summary>
internal interface ITokenReader
{
    /// <summary>What the reader stands at.</summary>
    JsonTokenType Kind { get; }

    /// <summary>Whether the number at the reader is a time and says so itself; times that are texts do not.</summary>
    bool IsTime { get; }

    /// <summary>Moves to the next token; false behind the last value of the payload.</summary>
    bool Read();

    /// <summary>Moves to the end of the object or array that begins here; stays at anything else.</summary>
    void Skip();

    /// <summary>The name or text at the reader, UTF-8 without escapes; valid until it moves.</summary>
    ReadOnlySpan<byte> Text { get; }

    /// <summary>The number at the reader; false: it is beyond a float.</summary>
    bool TryGetSingle(out float value);

    /// <summary>The number at the reader; false: it has decimals or is too large.</summary>
    bool TryGetInt64(out long value);

    /// <summary>The number at the reader; false: it is too large.</summary>
    bool TryGetDouble(out double value);
}
