using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>The names of metrics that births told, each once however many devices have it.</summary>
internal sealed class SparkplugNames
{
    /// <summary>A source may have so many channels.</summary>
    public const int CountLimit = 65_536;

    private readonly Utf8Map<int> _numbers = new();
    private readonly List<byte[]?> _names = [];
    private readonly List<int> _slots = [];
    private readonly Stack<int> _free = [];
    /// <summary>What the message under way has brought.</summary>
    private readonly List<int> _new = [];

    public ReadOnlySpan<byte> this[int number] => _names[number];

    /// <summary>Whether there is no number left for another name.</summary>
    public bool IsFull => _names.Count == CountLimit && _free.Count == 0;

    /// <summary>The number of a name; −1: it has none.</summary>
    public int Find(ReadOnlySpan<byte> name) => _numbers.TryGet(name, out var number) ? number : -1;

    /// <summary>The number of a name, which gets one if it has none; −1: there are too many, or it is too long.</summary>
    public int Add(ReadOnlySpan<byte> name)
    {
        if (_numbers.TryGet(name, out var number)) return number;
        if (IsFull || name.Length > NameBuffer.NameLimit) return -1;
        var key = name.ToArray();
        if (!_free.TryPop(out number))
        {
            number = _names.Count;
            _names.Add(null);
            _slots.Add(-1);
        }
        (_names[number], _slots[number]) = (key, -1);
        _numbers.Add(key, number);
        _new.Add(number);
        return number;
    }

    /// <summary>What the message under way has brought stays.</summary>
    public void Keep() => _new.Clear();

    /// <summary>What the message under way has brought is forgotten.</summary>
    public void Forget()
    {
        foreach (var number in _new) Remove(number);
        _new.Clear();
    }

    /// <summary>Forgets all names but those in use.</summary>
    public void KeepOnly(HashSet<int> used)
    {
        for (var number = 0; number < _names.Count; number++)
            if (_names[number] is not null && !used.Contains(number)) Remove(number);
    }

    /// <summary>The slot that the name had last, a guess: the table of channels may have forgotten it.</summary>
    public int Guess(int number) => _slots[number];

    public void NoteSlot(int number, int slot) => _slots[number] = slot;

    private void Remove(int number)
    {
        _numbers.Remove(_names[number]);
        _names[number] = null;
        _free.Push(number);
    }
}
