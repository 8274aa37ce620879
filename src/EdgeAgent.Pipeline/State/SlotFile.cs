using System.Text;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Windows;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.State;

/// <summary>
/// The devices of one lane in memory that outlives the process: a head that names the boot, then a slot for each device under each
/// detector. A run goes on in the file of the run before, with the slots where they are: a second copy of all devices would need
/// twice the memory just when the agent was killed for want of it. The lane adds slots; any thread may look at those there are.
/// </summary>
internal sealed unsafe class SlotFile : IDisposable
{
    private const long Magic = 0x31544F4C53414745;
    private const int Format = 1;
    private const int PageBytes = 4096;
    public const int HeadBytes = PageBytes;
    private const int FirstBytes = 64 * 1024;
    private const int StretchLimit = 1024 * 1024;

    private struct Head
    {
        public long Magic;
        public int Format;
        public fixed byte Boot[BootId.Bytes];
        public int WholeOf;
    }

    private readonly MappedFile _file;
    private readonly List<TrackSlot> _slots = [];
    /// <summary>Places that are free, by their size.</summary>
    private readonly Dictionary<long, Stack<nint>> _places = [];
    /// <summary>What lies free between the slots of the run before.</summary>
    private readonly List<(nint Memory, long Bytes)> _gaps = [];
    private readonly Lock _gate = new();
    private byte* _free;
    private long _freeBytes;
    private int _nextBytes = FirstBytes;
    private Head* _head;

    private SlotFile(MappedFile file) => _file = file;

    public string Path => _file.Path;
    public bool IsKept => _file.IsKept;
    /// <summary>Why not all of it survives the process; null: it does. For any thread.</summary>
    public string? Failure => _file.Failure is { } failure ? $"{Path}: {failure}" : null;

    /// <summary>
    /// How many lanes there were when all devices that were known lay in their files, as they have since; 0: some may be elsewhere.
    /// </summary>
    public int WholeOf
    {
        get => _head->WholeOf;
        set => Volatile.Write(ref _head->WholeOf, value);
    }

    /// <summary>Places where a slot of the run before could not be read.</summary>
    public int Damaged { get; private set; }

    /// <summary>An empty file in the place of whatever is there.</summary>
    public static SlotFile Create(string path, string boot, ILogger logger)
    {
        var slots = new SlotFile(new MappedFile(path, logger));
        var head = slots._head = (Head*)slots._file.Extend(HeadBytes);
        head->Format = Format;
        BootId.Text(boot).CopyTo(new Span<byte>(head->Boot, BootId.Bytes));
        Volatile.Write(ref head->Magic, Magic);
        return slots;
    }

    /// <summary>Goes on in the file of the run before; null where it is of another boot, so that its pages may be torn.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static SlotFile? Adopt(string path, string boot, ILogger logger)
    {
        var bytes = new FileInfo(path).Length;
        if (bytes < HeadBytes) throw new InvalidDataException($"it has {bytes} bytes, less than its head");
        if (bytes > CheckpointFile.BytesLimit) throw new InvalidDataException("it is too large");
        var file = new MappedFile(path, logger, mode: FileMode.Open);
        try
        {
            // One that was cut off ends anywhere; slots that come behind must lie where they are looked for.
            var memory = file.MapAll(PageBytes, out var length);
            var head = (Head*)memory;
            if (head->Magic != Magic) throw new InvalidDataException("it is no file of devices");
            if (head->Format != Format) throw new InvalidDataException("another version of the agent wrote it");
            if (!new Span<byte>(head->Boot, BootId.Bytes).SequenceEqual(BootId.Text(boot)))
            {
                file.Dispose();
                return null;
            }
            var slots = new SlotFile(file) { _head = head };
            slots.Find(memory, length);
            return slots;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public TrackSlot[] Slots()
    {
        lock (_gate)
            return [.. _slots];
    }

    /// <param name="track">What it is for.</param>
    /// <param name="commits">Commits of the slot that it replaces.</param>
    /// <returns>Null where the model's window is so large that it is not kept.</returns>
    public TrackSlot? Add(DetectorTrack track, long commits)
    {
        var head = TrackSlot.HeadOf(track);
        if (SlotImage.BytesOf(head) == 0) return null;
        Span<byte> names = new byte[head.DetectorBytes + head.DeviceBytes];
        Encoding.UTF8.GetBytes(track.Detector.Identity.Detector, names);
        Encoding.UTF8.GetBytes(track.Device.Name, names[head.DetectorBytes..]);
        return Keep(TrackSlot.Create(Room(SlotPlace.BytesOf(head)), head with { Commits = commits }, names));
    }

    public TrackSlot Add(SlotImage image) => Keep(TrackSlot.Create(Room(SlotPlace.BytesOf(image.Head)), image));

    /// <summary>Writes a track to its slot: only then may the messages that changed it be acknowledged.</summary>
    /// <returns>Whether its calibration is another one than before.</returns>
    public bool Commit(TrackSlot slot, DetectorTrack track, in ClockSnapshot clock, long heardTicks)
    {
        if (slot.CanHold(track)) return slot.Commit(track, clock, heardTicks);
        var head = TrackSlot.HeadOf(track);
        var (next, bytes) = (new SlotPlace(Room(SlotPlace.BytesOf(head)), head), slot.Bytes);
        var isNew = slot.CommitTo(next, head, track, clock, heardTicks);
        SlotPlace before;
        lock (_gate)
            before = slot.MoveTo(next);
        Free(before.Memory, bytes);
        return isNew;
    }

    /// <summary>Copies a slot; nothing where it was removed meanwhile.</summary>
    public ReadOnlySpan<byte> Copy(TrackSlot slot, ref byte[] buffer)
    {
        // A place that is used again would be copied half as what it was.
        lock (_gate)
            return slot.IsRetired ? [] : slot.Copy(ref buffer);
    }

    /// <summary>The next slot of the same size takes its place.</summary>
    public void Remove(TrackSlot slot)
    {
        var bytes = slot.Bytes;
        lock (_gate)
        {
            var last = _slots[^1];
            (_slots[slot.Number], last.Number) = (last, slot.Number);
            _slots.RemoveAt(_slots.Count - 1);
            slot.Retire();
        }
        Free(slot.Place.Memory, bytes);
    }

    public void Dispose()
    {
        // Whoever copies slots has ended before.
        lock (_gate)
            _slots.Clear();
        _file.Dispose();
    }

    /// <summary>
    /// Takes up the slots that are whole. What lies between them is free, and is emptied: it might be taken for one later.
    /// </summary>
    private void Find(byte* memory, long bytes)
    {
        var (buffer, end) = (Array.Empty<byte>(), (long)HeadBytes);
        for (long at = HeadBytes; at < bytes;)
        {
            var isOne = *(long*)(memory + at) == SlotPlace.Magic;
            if (isOne && SlotPlace.At(memory + at, bytes - at) is { } place && new TrackSlot(place) is var slot
                && slot.Found() && SlotImage.IsWhole(slot.Copy(ref buffer)))
            {
                AddGap(memory + end, at - end);
                Keep(slot);
                at = end = at + slot.Bytes;
                continue;
            }
            if (isOne && !IsUnused(memory + at, bytes - at)) Damaged++;
            at += SlotPlace.Alignment;
        }
        AddGap(memory + end, bytes - end);
    }

    /// <summary>A slot that was made and not committed to yet.</summary>
    private static bool IsUnused(byte* memory, long bytes) => SlotPlace.At(memory, bytes) is { } place && place.LastWhole() < 0;

    private void AddGap(byte* memory, long bytes)
    {
        if (bytes == 0) return;
        for (var at = memory; at < memory + bytes; at += SlotPlace.Alignment)
            *(long*)at = 0;
        _gaps.Add(((nint)memory, bytes));
    }

    private TrackSlot Keep(TrackSlot slot)
    {
        lock (_gate)
        {
            slot.Number = _slots.Count;
            _slots.Add(slot);
        }
        return slot;
    }

    private void Free(nint memory, long bytes)
    {
        if (!_places.TryGetValue(bytes, out var places)) _places[bytes] = places = [];
        places.Push(memory);
    }

    private byte* Room(long bytes)
    {
        if (_places.TryGetValue(bytes, out var places) && places.TryPop(out var place)) return (byte*)place;
        for (var i = _gaps.Count - 1; i >= 0; i--)
        {
            var (memory, left) = _gaps[i];
            if (left < bytes) continue;
            if (left == bytes) _gaps.RemoveAt(i);
            else _gaps[i] = (memory + (nint)bytes, left - bytes);
            return (byte*)memory;
        }
        if (bytes > _freeBytes) Extend(bytes);
        var room = _free;
        _free += bytes;
        _freeBytes -= bytes;
        return room;
    }

    private void Extend(long bytes)
    {
        if (_freeBytes > 0) _gaps.Add(((nint)_free, _freeBytes));
        _freeBytes = (Math.Max(_nextBytes, bytes) + PageBytes - 1) / PageBytes * PageBytes;
        _free = _file.Extend(checked((int)_freeBytes));
        // What lies there now is not in the file.
        if (!_file.IsKept) WholeOf = 0;
        _nextBytes = Math.Min(2 * _nextBytes, StretchLimit);
    }
}
