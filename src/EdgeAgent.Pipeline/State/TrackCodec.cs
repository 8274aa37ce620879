using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.State;

/// <summary>The head of the hot part: everything of fixed size that changes with a reading.</summary>
internal struct HotHead
{
    public ClockPlace Clock;
    public DecisionSnapshot Decision;
    public long LastTicks, CalibratedTicks;
    /// <summary>When the device was last heard of, UTC by the wall clock.</summary>
    public long HeardTicks;
    /// <summary>Rows written to the ring so far; the window's are the last <see cref="RowCount"/>.</summary>
    public long RowsEnd;
    public int RowCount, SinceJudged, StartsAnew, IsUnsteady;
    /// <summary>Of use to versions of before, which had the cold part twice.</summary>
    public int Reserved;
    /// <summary>Check sum of the cold part.</summary>
    public uint ColdSum;
    /// <summary>Sum of the check sums of the window's rows.</summary>
    public uint RowsSum;
    /// <summary>Check sum of the hot part, taken while this is 0.</summary>
    public uint Sum;

    /// <summary>Whether every time is one: an event could not tell of another, and its lane would end with it.</summary>
    public readonly bool HasPossibleTimes =>
        IsTime(Clock.Latest) && IsTime(LastTicks) && IsTime(CalibratedTicks) && IsTime(Decision.StartedTicks)
        && IsTime(Decision.LastAboveTicks) && IsTime(Decision.ReportedTicks)
        && IsTime(Decision.PeakTicks) && IsTime(Decision.LastJudgedTicks);

    private static bool IsTime(long ticks) => ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
}

/// <summary>Writes what is known of a device under a detector, and takes it back. Without allocation when writing.</summary>
internal static class TrackCodec
{
    /// <summary>
    /// Version of what hot and cold part hold. 6 has nothing of <see cref="DetectorTrack.EventRate"/>, no known states and one average in
    /// <see cref="DetectorTrack.Lasting"/>, 5 has nothing of that, nor all readings of an open event where that is adopted at last, 4 has no
    /// <see cref="ClockMemory"/>, at the end of the hot part, 3 has room for blocks under an open event where the model adopts none, 2 has
    /// nothing of <see cref="DetectorTrack.Provisional"/>, 1 has no values that wait for others, behind the rest of the hot part. 0, without
    /// check sums besides, has the same calibration at the same place, so that is taken over.
    /// </summary>
    public const int Form = 7;

    public static readonly int HeadBytes = Unsafe.SizeOf<HotHead>();
    private static readonly int ClockBytes = Unsafe.SizeOf<ClockMemory>();

    /// <summary>Ends the writing of a hot part: what differs later was not written.</summary>
    public static void Seal(Span<byte> hot)
    {
        var head = MemoryMarshal.Read<HotHead>(hot) with { Sum = 0 };
        MemoryMarshal.Write(hot, head);
        head.Sum = CheckSum.Of(hot);
        MemoryMarshal.Write(hot, head);
    }

    /// <summary>Whether all parts are as they were written.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> hot, ReadOnlySpan<byte> cold, ReadOnlySpan<byte> rows, in ImageHead image)
    {
        if (image.Form is < 1 or > Form) return image.Form == 0;
        var head = MemoryMarshal.Read<HotHead>(hot);
        var bare = head with { Sum = 0 };
        var hotSum = CheckSum.Of(hot[HeadBytes..], CheckSum.Of(MemoryMarshal.AsBytes(new ReadOnlySpan<HotHead>(in bare))));
        var isWhole = hotSum == head.Sum && CheckSum.Of(cold) == head.ColdSum;
        var sum = 0u;
        for (; !rows.IsEmpty; rows = rows[image.Shape.RowBytes..])
            sum += CheckSum.Of(rows[..image.Shape.RowBytes]);
        return isWhole && sum == head.RowsSum;
    }

    public static int HotBytes(DetectorTrack track, int form = Form) => HeadBytes + 2 * sizeof(float) * track.LastValues.Length
        + track.Decision.RecentBytes + (track.Renewal?.SavedCurrentBytes ?? 0) + (form >= 2 ? track.Joiner?.SavedBytes ?? 0 : 0)
        + (form >= 3 ? track.Provisional?.SavedBytes ?? 0 : 0) + LastingBytes(track, form) + RateBytesOf(form)
        + ClockBytesOf(form);

    /// <remarks>There is always room for a peak: places of two sizes could not take turns.</remarks>
    public static int ColdBytes(DetectorTrack track, int form = Form) =>
        CalibrationBytes(track, form) + (form >= 7 ? track.Renewal?.States?.SavedBytes ?? 0 : 0) + PeakBytes(track);

    /// <summary>Whether a cold part of this size can be such a track's, whose model may have kept other states then, or none.</summary>
    public static bool IsColdSize(DetectorTrack track, int coldBytes, int form) =>
        coldBytes - CalibrationBytes(track, form) - PeakBytes(track) is var states
        && (states == 0 || (form >= 7 && KnownStates.IsSize(states, track.Calibration.Floors.Length)));

    /// <summary>Changes whenever the cold part does.</summary>
    public static long ColdVersion(DetectorTrack track) =>
        (long)track.Calibration.Changes + (track.Scale?.Changes ?? 0) + (track.Threshold?.Changes ?? 0)
        + (track.Renewal?.Changes ?? 0) + (track.Pick?.Changes ?? 0) + track.Decision.PeakChanges;

    public static void SaveHot(DetectorTrack track, ref HotHead head, in ClockMemory clock, Span<byte> room)
    {
        head.LastTicks = track.LastTicks;
        head.CalibratedTicks = track.CalibratedTicks;
        head.RowCount = track.Window.Count;
        head.SinceJudged = track.SinceJudged;
        head.StartsAnew = track.StartsAnew ? 1 : 0;
        head.IsUnsteady = track.IsUnsteady ? 1 : 0;
        MemoryMarshal.Write(room[^ClockBytes..], clock);
        var rest = room[HeadBytes..^ClockBytes];
        MemoryMarshal.AsBytes(track.LastValues.AsSpan()).CopyTo(rest);
        rest = rest[(sizeof(float) * track.LastValues.Length)..];
        MemoryMarshal.AsBytes(track.MissingFor.AsSpan()).CopyTo(rest);
        rest = rest[(sizeof(int) * track.MissingFor.Length)..];
        track.Decision.Save(out head.Decision, rest);
        rest = rest[track.Decision.RecentBytes..];
        if (track.Renewal is { } renewal) rest = renewal.SaveCurrent(rest);
        if (track.Lasting is { } lasting) rest = lasting.Save(rest);
        rest = track.EventRate.Save(rest);
        track.Provisional?.Save(rest);
        track.Joiner?.Save(rest[^track.Joiner.SavedBytes..]);
        MemoryMarshal.Write(room, head);
        Seal(room);
    }

    public static void SaveCold(DetectorTrack track, Span<byte> room)
    {
        var rest = track.Calibration.Save(room);
        if (track.Renewal is { } renewal) rest = renewal.SaveBlocks(rest);
        if (track.Scale is { } scale) rest = scale.Save(rest);
        if (track.Threshold is { } threshold) rest = threshold.Save(rest);
        if (track.Pick is { } pick) rest = pick.Save(rest);
        if (track.Renewal?.States is { } states) rest = states.Save(rest);
        track.Decision.PeakRecord.Save(rest);
    }

    /// <summary>
    /// Bytes of the scores that are smoothed over, in a hot part of this size; negative or odd where it cannot be such a track's.
    /// </summary>
    public static int RecentBytes(DetectorTrack track, int hotBytes, int form) =>
        hotBytes - (HotBytes(track, form) - track.Decision.RecentBytes);

    /// <summary>Takes back everything; the shape must be the track's, but for how many scores are smoothed over.</summary>
    /// <param name="track">A new track.</param>
    /// <param name="hot">Its hot part.</param>
    /// <param name="cold">Its cold part.</param>
    /// <param name="rows">The window's readings, oldest first.</param>
    /// <param name="form">Version of the parts, 1 or later.</param>
    public static void Load(DetectorTrack track, ReadOnlySpan<byte> hot, ReadOnlySpan<byte> cold, ReadOnlySpan<float> rows, int form)
    {
        var head = MemoryMarshal.Read<HotHead>(hot);
        var recentBytes = RecentBytes(track, hot.Length, form);
        LoadCalibration(track, head, cold[..^PeakBytes(track)], form);
        if (head.Decision.HasPeak != 0) track.Decision.PeakRecord.Load(cold[^PeakBytes(track)..], track.Detector.Identity);
        hot = hot[HeadBytes..^ClockBytesOf(form)];
        hot[..(sizeof(float) * track.LastValues.Length)].CopyTo(MemoryMarshal.AsBytes(track.LastValues.AsSpan()));
        hot = hot[(sizeof(float) * track.LastValues.Length)..];
        hot[..(sizeof(int) * track.MissingFor.Length)].CopyTo(MemoryMarshal.AsBytes(track.MissingFor.AsSpan()));
        hot = hot[(sizeof(int) * track.MissingFor.Length)..];
        track.Decision.Load(head.Decision, hot[..recentBytes], track.Detector.Rules,
            started => EventIds.Anomaly(track.Device.Name, track.Detector.Origin, started));
        hot = hot[recentBytes..];
        if (track.Renewal is { } renewal) hot = renewal.LoadCurrent(hot);
        if (track.Lasting is { } lasting && form >= 6) hot = lasting.Load(hot, ofEach: form >= 7);
        if (form >= 7) hot = track.EventRate.Load(hot);
        if (track.Provisional is { } provisional && form >= 3) provisional.Load(hot);
        if (track.Joiner is { } joiner && form >= 2) joiner.Load(hot[^joiner.SavedBytes..]);
        track.LastTicks = head.LastTicks;
        track.SinceJudged = head.SinceJudged;
        track.StartsAnew = head.StartsAnew != 0;
        for (var row = 0; row < rows.Length; row += track.LastValues.Length)
            track.Window.Push(rows.Slice(row, track.LastValues.Length));
        track.Rates?.Resume(
            track.LastValues, track.MissingFor, track.LastTicks,
            track.Window.Count > 0 ? track.Window.Raw(track.Window.Count - 1) : []);
    }

    /// <summary>What the device's clock remembered.</summary>
    public static ClockMemory ClockOf(ReadOnlySpan<byte> hot, int form) =>
        ClockBytesOf(form) > 0 ? MemoryMarshal.Read<ClockMemory>(hot[^ClockBytes..]) : default;

    private static int LastingBytes(DetectorTrack track, int form) =>
        form >= 6 ? track.Lasting?.BytesOf(ofEach: form >= 7) ?? 0 : 0;

    private static int RateBytesOf(int form) => form >= 7 ? EventRate.SavedBytes : 0;

    private static int ClockBytesOf(int form) => form >= 5 ? ClockBytes : 0;

    /// <summary>Takes back the calibration alone, with the channel that it is of, and the known states where they lie behind it.</summary>
    public static void LoadCalibration(DetectorTrack track, in HotHead head, ReadOnlySpan<byte> cold, int form)
    {
        cold = track.Calibration.Load(cold);
        if (track.Renewal is { } renewal) cold = renewal.LoadBlocks(cold, form < 4 || renewal.Adopts, withAll: form >= 6);
        if (track.Scale is { } scale) cold = scale.Load(cold);
        if (track.Threshold is { } threshold) cold = threshold.Load(cold);
        if (track.Pick is { } pick && form >= 1) cold = pick.Load(cold);
        if (track.Renewal?.States is { } states && form >= 7) states.Load(cold);
        track.CalibratedTicks = head.CalibratedTicks;
        track.IsUnsteady = head.IsUnsteady != 0;
    }

    /// <summary>Without known states: a model may begin to keep some, or give them up.</summary>
    public static int CalibrationBytes(DetectorTrack track, int form) => track.Calibration.SavedBytes
        + (track.Renewal is { } renewal ? renewal.SavedBlocksBytes(form < 4 || renewal.Adopts, withAll: form >= 6) : 0)
        + (track.Scale?.SavedBytes ?? 0) + (track.Threshold?.SavedBytes ?? 0) + (track.Pick is null ? 0 : ChannelPick.SavedBytes);

    private static int PeakBytes(DetectorTrack track) => PeakRecord.SavedBytes(track.Detector.Identity);
}
