using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.State;

/// <summary>The first bytes of a slot: what it is, and whose.</summary>
internal struct SlotFrame
{
    public long Magic;
    /// <summary>The commit that is being written.</summary>
    public long Writing;
    public ImageHead Head;
    public uint HeadSum, Reserved;
}

/// <summary>
/// A stretch of memory as a slot: frame, names, the hot part twice, a ring of rows, the cold part. The hot parts are written in turns; a
/// number before and after each says whether it is whole, and the larger of two is the newer. The ring is a little longer than the window,
/// so that a few new rows never touch those of the commit before.
/// </summary>
internal readonly unsafe struct SlotPlace
{
    public const int Alignment = 64;
    /// <summary>The first bytes of a slot.</summary>
    public const long Magic = 0x32544F4C53454745;

    /// <summary>Rows that a commit may add without another place: usually a batch brings a reading or two of a device.</summary>
    private const int SpareRows = 16;
    private const int CopyTriesLimit = 10_000;

    private readonly byte* _memory;
    private readonly int _hot;
    private readonly int _hotStride;
    private readonly int _rows;
    private readonly int _cold;

    /// <param name="memory">Where it lies, in bytes as many as <see cref="BytesOf"/> says.</param>
    /// <param name="head">What it holds.</param>
    public SlotPlace(byte* memory, in ImageHead head)
    {
        _memory = memory;
        (_hot, _hotStride) = (Aligned(sizeof(SlotFrame) + head.DetectorBytes + head.DeviceBytes), HotStrideOf(head));
        // What is written with every reading lies together: with many devices each further page is a miss.
        _rows = _hot + 2 * _hotStride;
        _cold = Aligned(_rows + RingRows(head.Length) * head.Shape.RowBytes);
        Shape = head.Shape;
    }

    public TrackShape Shape { get; }
    public nint Memory => (nint)_memory;
    public ref SlotFrame Frame => ref Unsafe.AsRef<SlotFrame>(_memory);
    /// <summary>Name of the detector, then of the device.</summary>
    public Span<byte> Names => new(_memory + sizeof(SlotFrame), Frame.Head.DetectorBytes + Frame.Head.DeviceBytes);
    public Span<byte> Cold => new(_memory + _cold, Shape.ColdBytes);
    public long Bytes => BytesOf(Frame.Head);

    /// <summary>Rows that the ring holds.</summary>
    public int Ring => RingRows(Shape.Length);

    /// <summary>A row by its number since the ring was begun.</summary>
    public Span<byte> Row(long number) => new(_memory + _rows + number % Ring * Shape.RowBytes, Shape.RowBytes);

    public Span<byte> Hot(long commit) => new(_memory + _hot + (commit & 1) * _hotStride + sizeof(long), Shape.HotBytes);

    /// <summary>Bytes of a slot for this head.</summary>
    public static long BytesOf(in ImageHead head) =>
        Aligned(Aligned((long)Aligned(sizeof(SlotFrame) + head.DetectorBytes + head.DeviceBytes) + 2 * HotStrideOf(head)
            + (long)RingRows(head.Length) * head.Shape.RowBytes) + head.ColdBytes);

    /// <summary>The slot that lies at this place of a file, if one does.</summary>
    public static SlotPlace? At(byte* memory, long bytesLeft)
    {
        if (bytesLeft < sizeof(SlotFrame) || ((SlotFrame*)memory)->Magic != Magic) return null;
        ref var frame = ref *(SlotFrame*)memory;
        if (SlotImage.BytesOf(frame.Head) == 0 || BytesOf(frame.Head) > bytesLeft) return null;
        var place = new SlotPlace(memory, frame.Head);
        return SumOf(frame.Head, place.Names) == frame.HeadSum ? place : null;
    }

    /// <summary>Names it; it counts as a slot from <see cref="Show"/> on.</summary>
    public void Name(in ImageHead head, ReadOnlySpan<byte> names)
    {
        Frame = new SlotFrame { Head = head with { Commits = 0, RowCount = 0 } };
        names.CopyTo(Names);
        Frame.HeadSum = SumOf(Frame.Head, names);
        Open(0);
        Open(1);
    }

    public void Show() => Volatile.Write(ref Frame.Magic, Magic);

    public void Hide() => Volatile.Write(ref Frame.Magic, 0);

    /// <summary>Takes back what a hot part held, to be written anew.</summary>
    public void Open(long commit) => Volatile.Write(ref *(long*)(_memory + _hot + (commit & 1) * _hotStride), 0);

    /// <summary>A hot part is whole.</summary>
    public void Seal(long commit)
    {
        var part = _memory + _hot + (commit & 1) * _hotStride;
        // Shifted by one: a commit numbered 0 is not the same as none.
        Volatile.Write(ref *(long*)(part + _hotStride - sizeof(long)), commit + 1);
        Volatile.Write(ref *(long*)part, commit + 1);
    }

    /// <summary>Number of the last whole commit; negative: there is none.</summary>
    public long LastWhole()
    {
        var last = -1L;
        for (var turn = 0; turn < 2; turn++)
        {
            var part = _memory + _hot + turn * _hotStride;
            var before = Volatile.Read(ref *(long*)part);
            if (before > 0 && (before - 1 & 1) == turn && before == Volatile.Read(ref *(long*)(part + _hotStride - sizeof(long))))
                last = Math.Max(last, before - 1);
        }
        return last;
    }

    /// <summary>Copies the last whole commit as the bytes of a <see cref="SlotImage"/>; empty where there is none.</summary>
    public ReadOnlySpan<byte> Copy(ref byte[] buffer)
    {
        for (var tries = 0; tries < CopyTriesLimit; tries++)
        {
            if (Volatile.Read(ref Frame.Magic) != Magic) return [];
            var commit = LastWhole();
            if (commit < 0) return [];
            var bytes = CopyOf(commit, ref buffer);
            Volatile.ReadBarrier();
            // The commit after this one leaves its parts alone; the one after that would have begun to overwrite them.
            if (bytes > 0 && Volatile.Read(ref Frame.Writing) <= commit + 1) return buffer.AsSpan(0, bytes);
            Thread.SpinWait(50);
        }
        return [];
    }

    private int CopyOf(long commit, ref byte[] buffer)
    {
        var hot = Hot(commit);
        var state = MemoryMarshal.Read<HotHead>(hot);
        if (state.RowCount < 0 || state.RowCount > Shape.Length || state.RowsEnd < state.RowCount) return 0;
        var head = Frame.Head with { Commits = commit, RowCount = state.RowCount };
        var bytes = SlotImage.BytesOf(head);
        if (bytes == 0) return 0;
        if (buffer.Length < bytes) buffer = new byte[bytes];
        MemoryMarshal.Write(buffer, head);
        Names.CopyTo(buffer.AsSpan(SlotImage.HeadBytes));
        var rest = buffer.AsSpan(SlotImage.HeadBytes + Names.Length);
        hot.CopyTo(rest);
        Cold.CopyTo(rest[Shape.HotBytes..]);
        rest = rest[(Shape.HotBytes + Shape.ColdBytes)..];
        for (var row = state.RowsEnd - state.RowCount; row < state.RowsEnd; row++, rest = rest[Shape.RowBytes..])
            Row(row).CopyTo(rest);
        return bytes;
    }

    private static int RingRows(int length) => length + Math.Min(length, SpareRows);

    private static int HotStrideOf(in ImageHead head) => Aligned(head.HotBytes + 2 * sizeof(long));

    private static int Aligned(int bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    private static long Aligned(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    private static uint SumOf(ImageHead head, ReadOnlySpan<byte> names) => CheckSum.Of(
        names, CheckSum.Of(MemoryMarshal.AsBytes(new ReadOnlySpan<ImageHead>(ref head))));
}
