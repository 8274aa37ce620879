namespace EdgeAgent.Pipeline.Formats.Names;

/// <summary>
/// Texts of a payload that names are made of: places that templates ask for, the row's name, and what stood for each <c>*</c>. Memory
/// is used again.
/// </summary>
internal sealed class CapturedTexts
{
    /// <summary>As many <c>*</c> as a path of rows may have.</summary>
    public const int KeyLimit = 8;

    private const int NamePlace = KeyLimit, OutsidePlace = KeyLimit + 1, FirstPart = KeyLimit + 2;

    private readonly byte[] _bytes = new byte[(FirstPart + PartLimit) * NameBuffer.BytesLimit];
    private readonly int[] _lengths = new int[FirstPart + PartLimit];
    private bool _hasOwnName;

    /// <summary>Places that templates of a source may ask for.</summary>
    public const int PartLimit = 8;

    /// <summary>Keys that stand now.</summary>
    public int Keys { get; private set; }

    /// <summary>The row's name; the one that stands outside of the rows, where it has none.</summary>
    public ReadOnlySpan<byte> Name => Text(_hasOwnName ? NamePlace : OutsidePlace);

    public ReadOnlySpan<byte> Part(int part) => Text(FirstPart + part);

    public ReadOnlySpan<byte> Key(int key) => key < Keys ? Text(key) : [];

    /// <summary>Begins a row, whose name is not known yet.</summary>
    public void BeginRow() => _hasOwnName = false;

    public void SetName(ReadOnlySpan<byte> name)
    {
        _hasOwnName = true;
        Set(NamePlace, name);
    }

    /// <summary>A name for all rows that have none.</summary>
    public void SetNameOutside(ReadOnlySpan<byte> name) => Set(OutsidePlace, name);

    public void SetPart(int part, ReadOnlySpan<byte> text) => Set(FirstPart + part, text);

    public void PushKey(ReadOnlySpan<byte> key)
    {
        if (Keys < KeyLimit) Set(Keys, key);
        Keys++;
    }

    public void PopKey() => Keys--;

    /// <summary>Forgets all of the payload.</summary>
    public void Clear()
    {
        Keys = 0;
        _hasOwnName = false;
        Array.Clear(_lengths);
    }

    private ReadOnlySpan<byte> Text(int place) => _bytes.AsSpan(place * NameBuffer.BytesLimit, _lengths[place]);

    /// <summary>What is too long for a name is cut, and still too long for one.</summary>
    private void Set(int place, ReadOnlySpan<byte> text)
    {
        text = text[..Math.Min(text.Length, NameBuffer.BytesLimit)];
        text.CopyTo(_bytes.AsSpan(place * NameBuffer.BytesLimit));
        _lengths[place] = text.Length;
    }
}
