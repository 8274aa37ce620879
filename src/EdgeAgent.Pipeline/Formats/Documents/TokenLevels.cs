using System.Text.Json;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// Where a reader of a binary document is: which levels are maps, and how many keys and values each still has. Made for one payload.
/// </summary>
/// <param name="memory">Of the same reader.</param>
internal struct TokenLevels(TokenMemory memory)
{
    /// <summary>A bit for each level, the innermost last: 1 is a map.</summary>
    private ulong _maps;

    public int Depth { get; private set; }

    /// <summary>Keys and values that the innermost level still has; of one without a count how many came, below 0.</summary>
    public long Left { get; private set; }

    public readonly bool IsMap => (_maps & 1) != 0;

    /// <summary>Whether the next item is a key, if another one comes.</summary>
    public readonly bool IsAtKey => IsMap && (Left & 1) == 0;

    public void Count() => Left--;

    /// <param name="isMap">Whether it has keys.</param>
    /// <param name="left">Keys and values in it.</param>
    /// <exception cref="JsonException">It is nested too deep.</exception>
    public JsonTokenType Begin(bool isMap, long left)
    {
        if (Depth == TokenMemory.DepthLimit) throw new JsonException("nested too deep");
        memory.Left[Depth++] = Left;
        Left = left;
        _maps = (_maps << 1) | (isMap ? 1u : 0u);
        return isMap ? JsonTokenType.StartObject : JsonTokenType.StartArray;
    }

    public JsonTokenType End()
    {
        var kind = IsMap ? JsonTokenType.EndObject : JsonTokenType.EndArray;
        _maps >>= 1;
        Left = memory.Left[--Depth];
        return kind;
    }
}
