namespace EdgeAgent.Pipeline.Common;

/// <summary>
/// Remembers roughly which names came lately, two bytes each: where room is short, only a name that comes again is worth another's
/// place. A flood of names that come once only overwrites what is here. One owner.
/// </summary>
/// <param name="size">Names that it remembers about; a power of two.</param>
internal sealed class HeardBefore(int size)
{
    /// <summary>Made when there is no room for the first time: most never need it.</summary>
    private ushort[]? _marks;

    /// <summary>Takes note of a name; whether it is here already.</summary>
    public bool Note(ReadOnlySpan<byte> name)
    {
        _marks ??= new ushort[size];
        var hash = Utf8Map<int>.Hash(name);
        var mark = (ushort)(hash >> 16 | 1);
        ref var place = ref _marks[hash & (uint)(size - 1)];
        if (place == mark) return true;
        place = mark;
        return false;
    }
}
