using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.State;

/// <summary>
/// The place of one device under one detector in a lane's live file. The lane commits to it; a kill between any two
/// instructions leaves the commit before it whole. Another thread may copy it at any time.
/// </summary>
/// <remarks>
/// Hot and cold part exist twice and are written in turns; a number before and after the hot part says whether it is whole,
/// and the larger of two is the newer. The ring of rows is twice the window's length, so that new rows never touch those
/// of the commit before. Stores that an ended process has made are all seen, in whatever order; the barriers are for the
/// copying thread.
/// </remarks>
internal sealed unsafe class TrackSlot
{
    public const int Alignment = 64;
    /// <summary>The first bytes of a slot.</summary>
    public const long Magic = 0x31544F4C53454745;

    private struct Frame
    {
        public long Magic;
        /// <summary>The commit that is being written.</summary>
        public long Writing;
        public ImageHead Head;
        public uint HeadSum, Reserved;
    }

    private readonly byte* _memory;
    private readonly TrackShape _shape;
    private readonly long _hot;
    private readonly long _hotStride;
    private readonly long _cold;
    private readonly long _rows;
    private HotHead _head;
    private long _commits;
    private long _coldVersion = -1;
    private long _pushed;
    private long _calibrated;

    private TrackSlot(byte* memory, in ImageHead head)
    {
        _memory = memory;
        _shape = head.Shape;
        _hot = Layout(head, out _hotStride, out _cold, out _rows, out _);
    }

    /// <summary>Bytes of a slot for this head.</summary>
    public static long BytesOf(in ImageHead head)
    {
        _ = Layout(head, out _, out _, out _, out var bytes);
        return bytes;
    }

    /// <summary>A head for a track that is not kept yet.</summary>
    public static ImageHead HeadOf(DetectorTrack track)
    {
        var (shape, identity) = (TrackShape.Of(track), track.Detector.Identity);
        var head = new ImageHead
        {
            Channels = shape.Channels, Length = shape.Length, HotBytes = shape.HotBytes, ColdBytes = shape.ColdBytes,
            DetectorBytes = Encoding.UTF8.GetByteCount(identity.Detector),
            DeviceBytes = Encoding.UTF8.GetByteCount(track.Device.Name), Form = TrackCodec.Form,
        };
        identity.Model.CopyTo(head.Model);
        identity.Calibration.CopyTo(head.Calibration);
        return head;
    }

    /// <summary>A slot in fresh memory, all zero, of <see cref="BytesOf"/> bytes.</summary>
    public static TrackSlot Create(byte* memory, in ImageHead head, ReadOnlySpan<byte> names)
    {
        var slot = new TrackSlot(memory, head) { _commits = head.Commits };
        ref var frame = ref *(Frame*)memory;
        frame.Head = head with { Commits = 0, RowCount = 0 };
        frame.HeadSum = SumOf(frame.Head, names);
        names.CopyTo(new Span<byte>(memory + sizeof(Frame), names.Length));
        Volatile.Write(ref frame.Magic, Magic);
        return slot;
    }

    /// <summary>A slot in fresh memory that holds what the image does.</summary>
    public static TrackSlot Create(byte* memory, SlotImage image)
    {
        var slot = Create(memory, image.Head, image.Names);
        image.Rows.CopyTo(new Span<float>(memory + slot._rows, image.Rows.Length));
        image.Cold.CopyTo(new Span<byte>(memory + slot._cold, image.Head.ColdBytes));
        image.Hot.CopyTo(slot.HotPart(slot._commits));
        slot._head = image.HotHead with { Cold = 0, RowsEnd = image.Head.RowCount };
        MemoryMarshal.Write(slot.HotPart(slot._commits), slot._head);
        if (image.Head.Form >= 1) TrackCodec.Seal(slot.HotPart(slot._commits));
        slot.Seal(slot._commits);
        return slot;
    }

    /// <summary>The slot that lies at this place of a file, if one does.</summary>
    public static TrackSlot? At(byte* memory, long bytesLeft)
    {
        if (bytesLeft < sizeof(Frame) || ((Frame*)memory)->Magic != Magic) return null;
        ref var frame = ref *(Frame*)memory;
        if (SlotImage.BytesOf(frame.Head) == 0 || BytesOf(frame.Head) > bytesLeft) return null;
        var names = new ReadOnlySpan<byte>(memory + sizeof(Frame), frame.Head.DetectorBytes + frame.Head.DeviceBytes);
        return SumOf(frame.Head, names) == frame.HeadSum ? new TrackSlot(memory, frame.Head) : null;
    }

    public long Bytes => BytesOf(((Frame*)_memory)->Head);

    public TrackShape Shape => _shape;

    /// <summary>When the device was last heard of, UTC by the wall clock.</summary>
    public long HeardTicks => _head.HeardTicks;

    /// <summary>Commits so far: of two copies the one with more is the newer.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>The track is loaded from this slot and goes on from here.</summary>
    public void Continue(DetectorTrack track)
    {
        _pushed = track.Window.Pushed;
        _coldVersion = TrackCodec.ColdVersion(track);
        _calibrated = track.CalibratedTicks;
    }

    /// <summary>Writes the track as it stands after a batch; true when its calibration has changed since the last time.</summary>
    public bool Commit(DetectorTrack track, in ClockSnapshot clock, long heardTicks)
    {
        ref var frame = ref *(Frame*)_memory;
        var commit = _commits + 1;
        Volatile.Write(ref frame.Writing, commit);
        Volatile.Write(ref *(long*)(_memory + _hot + (commit & 1) * _hotStride), 0);
        // Orders stores only: a full fence would wait for each of them to reach memory.
        Volatile.WriteBarrier();
        WriteRows(track.Window);
        WriteCold(track);
        _head.Clock = clock;
        _head.HeardTicks = heardTicks;
        TrackCodec.SaveHot(track, ref _head, HotPart(commit));
        Seal(commit);
        Volatile.Write(ref _commits, commit);
        var isNew = track.CalibratedTicks != _calibrated;
        _calibrated = track.CalibratedTicks;
        return isNew;
    }

    /// <summary>Where it lies in memory.</summary>
    public nint Place => (nint)_memory;

    /// <summary>Whether it was removed from its file.</summary>
    public bool IsRetired { get; private set; }

    /// <summary>Another slot may take its place.</summary>
    public void Retire()
    {
        Volatile.Write(ref ((Frame*)_memory)->Magic, 0);
        IsRetired = true;
    }

    private void WriteRows(SensorWindow window)
    {
        var fresh = (int)Math.Min(window.Pushed - _pushed, window.Count);
        // Rows that leave the window are still there: the ring is twice as long.
        for (var row = _head.RowsEnd - _head.RowCount; row < _head.RowsEnd - (window.Count - fresh); row++)
            _head.RowsSum -= CheckSum.Of(Row(row));
        for (var row = window.Count - fresh; row < window.Count; row++, _head.RowsEnd++)
        {
            MemoryMarshal.AsBytes(window.Raw(row)).CopyTo(Row(_head.RowsEnd));
            _head.RowsSum += CheckSum.Of(Row(_head.RowsEnd));
        }
        _pushed = window.Pushed;
    }

    private Span<byte> Row(long number) => new(_memory + _rows + number % (2 * _shape.Length) * _shape.RowBytes, _shape.RowBytes);

    private void WriteCold(DetectorTrack track)
    {
        var version = TrackCodec.ColdVersion(track);
        if (version == _coldVersion) return;
        _head.Cold ^= 1;
        var cold = new Span<byte>(_memory + _cold + _head.Cold * (long)_shape.ColdBytes, _shape.ColdBytes);
        TrackCodec.SaveCold(track, cold);
        _head.ColdSum = CheckSum.Of(cold);
        _coldVersion = version;
    }

    private Span<byte> HotPart(long commit) => new(_memory + _hot + (commit & 1) * _hotStride + sizeof(long), _shape.HotBytes);

    private void Seal(long commit)
    {
        var part = _memory + _hot + (commit & 1) * _hotStride;
        // Shifted by one: a commit numbered 0 is not the same as none.
        Volatile.Write(ref *(long*)(part + _hotStride - sizeof(long)), commit + 1);
        Volatile.Write(ref *(long*)part, commit + 1);
    }

    private static long Layout(in ImageHead head, out long hotStride, out long cold, out long rows, out long bytes)
    {
        var hot = Aligned(sizeof(Frame) + head.DetectorBytes + head.DeviceBytes);
        hotStride = Aligned(head.HotBytes + 2 * sizeof(long));
        // What is written with every reading lies together: with many devices each further page is a miss.
        rows = hot + 2 * hotStride;
        cold = Aligned(rows + 2L * head.Length * head.Shape.RowBytes);
        bytes = Aligned(cold + 2L * head.ColdBytes);
        return hot;
    }

    private static long Aligned(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    private static uint SumOf(ImageHead head, ReadOnlySpan<byte> names) =>
        CheckSum.Of(names, CheckSum.Of(MemoryMarshal.AsBytes(new ReadOnlySpan<ImageHead>(ref head))));

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
            if (before > 0 && (before - 1 & 1) == turn && before == Volatile.Read(ref *(long*)(part + _hotStride - sizeof(long))))
                last = Math.Max(last, before - 1);
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
