using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.Json;

/// <summary>JSON, one value or several one after the other.</summary>
/// <param name="payload">UTF-8.</param>
/// <param name="scratch">Takes texts whose escapes are resolved; as long as the payload.</param>
internal ref struct JsonTokens(ReadOnlySpan<byte> payload, byte[] scratch) : ITokenReader
{
    private static readonly JsonReaderOptions Several = new() { AllowMultipleValues = true };

    private Utf8JsonReader _reader = new(payload, Several);

    public readonly JsonTokenType Kind => _reader.TokenType;

    public readonly bool IsTime => false;

    public bool Read() => _reader.Read();

    public void Skip() => _reader.Skip();

    public readonly ReadOnlySpan<byte> Text =>
        _reader.ValueIsEscaped ? scratch.AsSpan(0, _reader.CopyString(scratch)) : _reader.ValueSpan;

    public readonly bool TryGetSingle(out float value) => _reader.TryGetSingle(out value);

    public readonly bool TryGetInt64(out long value) => _reader.TryGetInt64(out value);

    public readonly bool TryGetDouble(out double value) =>
        PlainNumber.TryRead(_reader.ValueSpan, out value) || _reader.TryGetDouble(out value);
}
