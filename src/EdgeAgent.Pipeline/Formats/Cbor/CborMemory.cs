using System.Formats.Cbor;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.Cbor;

/// <summary>
/// A reader of CBOR with a copy of the payload, which it needs in an array. Memory grows to the largest payload and is used again.
/// </summary>
internal sealed class CborMemory
{
    private byte[] _payload = new byte[1024];
    private byte[] _joined = new byte[1024];

    // Lax: what a sensor sends twice or in an unusual length is still readable.
    public CborReader Reader { get; } = new(default, CborConformanceMode.Lax, allowMultipleRootLevelValues: true);

    /// <summary>For numbers as text.</summary>
    public byte[] NumberText { get; } = new byte[TokenNumber.TextLimit];

    /// <summary>Begins a payload.</summary>
    public void Begin(ReadOnlySpan<byte> payload)
    {
        if (_payload.Length < payload.Length)
        {
            _payload = new byte[Math.Max(payload.Length, 2 * _payload.Length)];
            _joined = new byte[_payload.Length];
        }
        payload.CopyTo(_payload);
        Reader.Reset(_payload.AsMemory(0, payload.Length));
    }

    /// <summary>Puts the pieces of the text at the reader together.</summary>
    public ReadOnlySpan<byte> JoinText()
    {
        var length = 0;
        Reader.ReadStartIndefiniteLengthTextString();
        while (Reader.PeekState() == CborReaderState.TextString) Append(Reader.ReadDefiniteLengthTextStringBytes().Span, ref length);
        Reader.ReadEndIndefiniteLengthTextString();
        return _joined.AsSpan(0, length);
    }

    /// <summary>Puts the pieces of the bytes at the reader together.</summary>
    public ReadOnlySpan<byte> JoinBytes()
    {
        var length = 0;
        Reader.ReadStartIndefiniteLengthByteString();
        while (Reader.PeekState() == CborReaderState.ByteString) Append(Reader.ReadDefiniteLengthByteString().Span, ref length);
        Reader.ReadEndIndefiniteLengthByteString();
        return _joined.AsSpan(0, length);
    }

    private void Append(ReadOnlySpan<byte> piece, ref int length)
    {
        piece.CopyTo(_joined.AsSpan(length));
        length += piece.Length;
    }
}
