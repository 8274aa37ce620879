using System.Runtime.InteropServices;
using System.Text;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.State;

/// <summary>
/// What one device under one detector has in a lane's file. The lane commits to it; a kill between any two instructions leaves the commit
/// before it whole. Another thread may copy it through the file at any time.
/// </summary>
/// <remarks>
/// What changes with every reading is written in place. When more changes, calibration, peak or many readings at once, all of it is written
/// to another place, which then takes over: so the memory for a second copy is needed once for all devices, not for each.
/// Stores that an ended process has made are all seen, in whatever order; the barriers are for the copying thread.
/// </remarks>
internal sealed unsafe class TrackSlot
{
    private SlotPlace _place;
    private long _commits;
    private long _coldVersion = -1;
    private long _pushed;
    private long _calibrated;
    private long _rowsEnd;
    private int _rowCount;
    private uint _rowsSum;
    private uint _coldSum;

    /// <param name="place">A slot, new or found.</param>
    public TrackSlot(in SlotPlace place) => _place = place;

    public SlotPlace Place => _place;
    public long Bytes => _place.Bytes;
    public TrackShape Shape => _place.Shape;

    /// <summary>Where it stands in its file's list.</summary>
    public int Number { get; set; }

    /// <summary>When the device was last heard of, UTC by the wall clock.</summary>
    public long HeardTicks { get; private set; }

    /// <summary>Commits so far: of two copies the one with more is the newer.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>Whether it was removed from its file.</summary>
    public bool IsRetired { get; private set; }

    /// <summary>A head for a track as it stands.</summary>
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

    /// <summary>A slot without a commit.</summary>
    public static TrackSlot Create(byte* memory, in ImageHead head, ReadOnlySpan<byte> names)
    {
        var place = new SlotPlace(memory, head);
        place.Name(head, names);
        place.Show();
        return new TrackSlot(place) { _commits = head.Commits };
    }

    /// <summary>A slot that holds what the image does.</summary>
    public static TrackSlot Create(byte* memory, SlotImage image)
    {
        var place = new SlotPlace(memory, image.Head);
        place.Name(image.Head, image.Names);
        var rows = MemoryMarshal.AsBytes(image.Rows);
        for (var row = 0; row < image.Head.RowCount; row++)
            rows.Slice(row * place.Shape.RowBytes, place.Shape.RowBytes).CopyTo(place.Row(row));
        image.Cold.CopyTo(place.Cold);
        var hot = place.Hot(image.Head.Commits);
        image.Hot.CopyTo(hot);
        MemoryMarshal.Write(hot, image.HotHead with { RowsEnd = image.Head.RowCount });
        if (image.Head.Form >= 1) TrackCodec.Seal(hot);
        place.Seal(image.Head.Commits);
        place.Show();
        var slot = new TrackSlot(place);
        slot.Found();
        return slot;
    }

    /// <summary>Goes on from the last whole commit of its place; false where there is none.</summary>
    public bool Found()
    {
        var commit = _place.LastWhole();
        if (commit < 0) return false;
        var head = MemoryMarshal.Read<HotHead>(_place.Hot(commit));
        (_commits, _rowsEnd, _rowCount, _rowsSum, _coldSum) = (commit, head.RowsEnd, head.RowCount, head.RowsSum, head.ColdSum);
        HeardTicks = head.HeardTicks;
        return true;
    }

    /// <summary>The track was loaded from it: what both hold now need not be written.</summary>
    public void Continue(DetectorTrack track)
    {
        _pushed = track.Window.Pushed;
        _calibrated = track.CalibratedTicks;
        _coldVersion = TrackCodec.ColdVersion(track);
    }

    /// <summary>Whether a commit finds room in its place without touching the one before.</summary>
    public bool CanHold(DetectorTrack track) =>
        Fresh(track.Window) + _rowCount <= _place.Ring && TrackCodec.ColdVersion(track) == _coldVersion;

    /// <summary>Writes the track where the slot is, which must be able to hold it.</summary>
    /// <returns>Whether its calibration is another one than before.</returns>
    public bool Commit(DetectorTrack track, in ClockSnapshot clock, long heardTicks)
    {
        var commit = _commits + 1;
        Volatile.Write(ref _place.Frame.Writing, commit);
        _place.Open(commit);
        // Orders stores only: a full fence would wait for each of them to reach memory.
        Volatile.WriteBarrier();
        CountRows(track.Window, _place);
        for (var row = track.Window.Count - Fresh(track.Window); row < track.Window.Count; row++)
            MemoryMarshal.AsBytes(track.Window.Raw(row)).CopyTo(_place.Row(_rowsEnd - track.Window.Count + row));
        return End(_place, track, clock, heardTicks, commit);
    }

    /// <summary>Writes the whole track to another place, which lies in fresh memory for <see cref="HeadOf"/> it.</summary>
    /// <returns>Whether its calibration is another one than before.</returns>
    public bool CommitTo(in SlotPlace next, in ImageHead head, DetectorTrack track, in ClockSnapshot clock, long heardTicks)
    {
        next.Name(head, _place.Names);
        CountRows(track.Window, _place);
        for (var row = 0; row < track.Window.Count; row++)
            MemoryMarshal.AsBytes(track.Window.Raw(row)).CopyTo(next.Row(_rowsEnd - track.Window.Count + row));
        TrackCodec.SaveCold(track, next.Cold);
        (_coldSum, _coldVersion) = (CheckSum.Of(next.Cold), TrackCodec.ColdVersion(track));
        var isNew = End(next, track, clock, heardTicks, _commits + 1);
        // From here on there are two, and the newer one counts, until the older is hidden.
        next.Show();
        return isNew;
    }

    /// <summary>What was written last is the slot now; gives the place before, which is free. Nobody may be copying it.</summary>
    public SlotPlace MoveTo(in SlotPlace next)
    {
        var before = _place;
        _place = next;
        before.Hide();
        return before;
    }

    /// <summary>Another slot may take its place.</summary>
    public void Retire()
    {
        _place.Hide();
        IsRetired = true;
    }

    /// <summary>Copies the last whole commit as the bytes of a <see cref="SlotImage"/>; empty where there is none.</summary>
    public ReadOnlySpan<byte> Copy(ref byte[] buffer) => _place.Copy(ref buffer);

    private int Fresh(SensorWindow window) => (int)Math.Min(window.Pushed - _pushed, window.Count);

    /// <summary>Follows the number and the sum of rows; those that leave the window are still in the ring.</summary>
    private void CountRows(SensorWindow window, in SlotPlace before)
    {
        var fresh = Fresh(window);
        for (var row = _rowsEnd - _rowCount; row < _rowsEnd - (window.Count - fresh); row++)
            _rowsSum -= CheckSum.Of(before.Row(row));
        for (var row = window.Count - fresh; row < window.Count; row++)
            _rowsSum += CheckSum.Of(MemoryMarshal.AsBytes(window.Raw(row)));
        (_rowsEnd, _rowCount) = (_rowsEnd + fresh, window.Count);
    }

    private bool End(in SlotPlace place, DetectorTrack track, in ClockSnapshot clock, long heardTicks, long commit)
    {
        var head = new HotHead
        {
            Clock = clock.Place, HeardTicks = heardTicks, RowsEnd = _rowsEnd, RowsSum = _rowsSum, ColdSum = _coldSum,
        };
        TrackCodec.SaveHot(track, ref head, clock.Memory, place.Hot(commit));
        place.Seal(commit);
        HeardTicks = heardTicks;
        _pushed = track.Window.Pushed;
        Volatile.Write(ref _commits, commit);
        var isNew = track.CalibratedTicks != _calibrated;
        _calibrated = track.CalibratedTicks;
        return isNew;
    }
}
