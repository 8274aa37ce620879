using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>The names of metrics that births told, each once however many devices have it.</summary>
internal sealed class SparkplugNames
{
    /// <summary>A source may have so many channels.</summary>
    private const int CountLimit = 65_536;

    private readonly Utf8Map<int> _numbers = new();
    private readonly List<byte[]> _names = [];
    private readonly List<int> _slots = [];

    public ReadOnlySpan<byte> this[int number] => _names[number];

    /// <summary>The number of a name; −1: it has none.</summary>
    public int Find(ReadOnlySpan<byte> name) => _numbers.TryGet(name, out var number) ? number : -1;

    /// <summary>The number of a name, which gets one if it has none; −1: there are too many.</summary>
    public int Add(ReadOnlySpan<byte> name)
    {
        if (_numbers.TryGet(name, out var number)) return number;
        if (_names.Count == CountLimit) return -1;
        _numbers.Add(name, _names.Count);
        _names.Add(name.ToArray());
        _slots.Add(-1);
        return _names.Count - 1;
    }

    /// <summary>The slot that the name had last, a guess: the table of channels may have forgotten it.</summary>
    public int Guess(int number) => _slots[number];

    public void NoteSlot(int number, int slot) => _slots[number] = slot;
}
