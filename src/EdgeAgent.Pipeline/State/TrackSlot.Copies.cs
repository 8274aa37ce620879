using System.Runtime.InteropServices;

namespace EdgeAgent.Pipeline.State;

/// <summary>How another thread, or the next run, gets at the last whole commit.</summary>
internal sealed unsafe partial class TrackSlot
{
    private const int CopyTriesLimit = 10_000;

    /// <summary>Copies the last whole commit as the bytes of a <see cref="SlotImage"/>; empty where there is none.</summary>
    public ReadOnlySpan<byte> Copy(ref byte[] buffer)
    {
        ref var frame = ref *(Frame*)_memory;
        for (var tries = 0; tries < CopyTriesLimit; tries++)
        {
            if (Volatile.Read(ref frame.Magic) != Magic) return [];
            var commit = LastWhole();
            if (commit < 0) return [];
            var bytes = CopyOf(commit, ref buffer);
            Volatile.ReadBarrier();
            // The commit after this one leaves its parts alone; the one after that would have begun to overwrite them.
            if (bytes > 0 && Volatile.Read(ref frame.Writing) <= commit + 1) return buffer.AsSpan(0, bytes);
            Thread.SpinWait(50);
        }
        return [];
    }

    private long LastWhole()
    {
        var last = -1L;
        for (var turn = 0; turn < 2; turn++)
        {
            var part = _memory + _hot + turn * _hotStride;
            var before = Volatile.Read(ref *(long*)part);
            if (before > 0 && (before - 1 & 1) == turn && before == Volatile.Read(ref *(long*)(part + _hotStride - sizeof(long)))) last = Math.Max(last, before - 1);
        }
        return last;
    }

    private int CopyOf(long commit, ref byte[] buffer)
    {
        var hot = HotPart(commit);
        var state = MemoryMarshal.Read<HotHead>(hot);
        if (state.Cold is not (0 or 1) || state.RowCount < 0 || state.RowCount > _shape.Length || state.RowsEnd < state.RowCount) return 0;
        var head = ((Frame*)_memory)->Head with { Commits = commit, RowCount = state.RowCount };
        var bytes = SlotImage.BytesOf(head);
        if (bytes == 0) return 0;
        if (buffer.Length < bytes) buffer = new byte[bytes];
        MemoryMarshal.Write(buffer, head);
        var names = head.DetectorBytes + head.DeviceBytes;
        new ReadOnlySpan<byte>(_memory + sizeof(Frame), names).CopyTo(buffer.AsSpan(SlotImage.HeadBytes));
        var rest = buffer.AsSpan(SlotImage.HeadBytes + names);
        hot.CopyTo(rest);
        new ReadOnlySpan<byte>(_memory + _cold + state.Cold * (long)_shape.ColdBytes, _shape.ColdBytes).CopyTo(rest[_shape.HotBytes..]);
        rest = rest[(_shape.HotBytes + _shape.ColdBytes)..];
        for (var row = state.RowsEnd - state.RowCount; row < state.RowsEnd; row++, rest = rest[_shape.RowBytes..])
            new ReadOnlySpan<byte>(_memory + _rows + row % (2 * _shape.Length) * _shape.RowBytes, _shape.RowBytes).CopyTo(rest);
        return bytes;
    }
}
