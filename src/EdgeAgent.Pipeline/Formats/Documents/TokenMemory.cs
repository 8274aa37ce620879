namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>What a reader of a binary format needs beside the payload; used again for the next.</summary>
internal sealed class TokenMemory
{
    /// <summary>As deep as the reader of JSON goes.</summary>
    public const int DepthLimit = 64;

    /// <summary>Keys and values that are left around each level.</summary>
    public long[] Left { get; } = new long[DepthLimit];

    /// <summary>For numbers and times as text.</summary>
    public byte[] Text { get; } = new byte[TokenNumber.TextLimit];
}
