using System.Runtime.InteropServices;
using System.Text;
using EdgeAgent.Files;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Windows;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.State;

/// <summary>What a live file held.</summary>
/// <param name="Images">The last whole state of each of its devices; none when it is of another boot.</param>
/// <param name="Pending">Events that may not have been safe.</param>
/// <param name="Damaged">Places that could not be read.</param>
/// <param name="IsOfThisBoot">Whether its pages are all there: those of another boot may be torn.</param>
/// <param name="IsLastWord">Whether it holds, with the other lanes', all that was not safe when its run began.</param>
internal sealed record LaneFileContent(IReadOnlyList<SlotImage> Images, byte[] Pending, int Damaged, bool IsOfThisBoot, bool IsLastWord);

/// <summary>
/// The live file of one lane: a head that names the boot, a stretch for events that are not safe yet, and a slot for each
/// device under each detector. The lane adds slots; any thread may look at those there are.
/// </summary>
internal sealed unsafe class LaneFile : IDisposable
{
    public const int PendingBytes = 512 * 1024;

    private const long Magic = 0x314556494C454745;
    private const int Format = 1;
    private const int HeadBytes = 4096;
    private const int BootBytes = 64;
    private const int FirstSlotsBytes = 64 * 1024;
    private const int SlotsBytesLimit = 16 * 1024 * 1024;

    private struct Head
    {
        public long Magic;
        public int Format, PendingBytes;
        public fixed byte Boot[BootBytes];
        public int IsLastWord;
    }

    private readonly MappedFile _file;
    private readonly List<TrackSlot> _slots = [];
    /// <summary>Places of slots that were removed, by their size.</summary>
    private readonly Dictionary<long, Stack<nint>> _places = [];
    private readonly Lock _gate = new();
    private readonly byte* _memory;
    private byte* _free;
    private long _freeBytes;
    private int _nextBytes = FirstSlotsBytes;

    public LaneFile(string path, string boot, ILogger logger)
    {
        _file = new MappedFile(path, logger);
        var memory = _memory = _file.Extend(HeadBytes + PendingBytes);
        Pending = (nint)memory + HeadBytes;
        ref var head = ref *(Head*)memory;
        (head.Format, head.PendingBytes) = (Format, PendingBytes);
        BootText(boot).CopyTo(new Span<byte>(((Head*)memory)->Boot, BootBytes));
        Volatile.Write(ref head.Magic, Magic);
    }

    public string Path => _file.Path;
    public bool IsKept => _file.IsKept;
    /// <summary>Where events are kept that are not safe yet.</summary>
    public nint Pending { get; }

    /// <summary>How much of that is in use; asked from another thread.</summary>
    public Func<int>? PendingUsed { get; set; }

    /// <summary>A copy of what is in use of it.</summary>
    public ReadOnlySpan<byte> CopyPending() => new ReadOnlySpan<byte>((void*)Pending, PendingUsed?.Invoke() ?? 0).ToArray();

    /// <summary>From now on nothing that was not safe before this run is anywhere else.</summary>
    public void MarkLastWord() => Volatile.Write(ref ((Head*)_memory)->IsLastWord, 1);

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
        return Keep(TrackSlot.Create(Room(TrackSlot.BytesOf(head)), head with { Commits = commits }, names));
    }

    public TrackSlot Add(SlotImage image) => Keep(TrackSlot.Create(Room(TrackSlot.BytesOf(image.Head)), image));

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
            _slots.Remove(slot);
            slot.Retire();
        }
        if (!_places.TryGetValue(bytes, out var places)) _places[bytes] = places = [];
        places.Push(slot.Place);
    }

    public void Dispose()
    {
        // Whoever copies slots has ended before.
        lock (_gate)
            _slots.Clear();
        _file.Dispose();
    }

    /// <summary>Reads a live file of the run before.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static LaneFileContent Read(string path, string boot)
    {
        if (new FileInfo(path).Length > CheckpointFile.BytesLimit) throw new InvalidDataException("it is too large");
        var bytes = NamedFile.ReadBytes(path, CheckpointFile.BytesLimit);
        if (bytes.Length < HeadBytes + PendingBytes) throw new InvalidDataException($"it has {bytes.Length} bytes, less than its head");
        fixed (byte* memory = bytes)
        {
            ref var head = ref *(Head*)memory;
            if (head.Magic != Magic) throw new InvalidDataException("it is no live file");
            if (head.Format != Format || head.PendingBytes != PendingBytes)
                throw new InvalidDataException("another version of the agent wrote it");
            var isOfThisBoot = new Span<byte>(((Head*)memory)->Boot, BootBytes).SequenceEqual(BootText(boot));
            var images = new List<SlotImage>();
            var damaged = isOfThisBoot ? ReadSlots(memory, bytes.Length, images) : 0;
            return new LaneFileContent(
                images, bytes.AsSpan(HeadBytes, PendingBytes).ToArray(), damaged, isOfThisBoot, head.IsLastWord != 0);
        }
    }

    private static int ReadSlots(byte* memory, long bytes, List<SlotImage> images)
    {
        var (damaged, buffer) = (0, Array.Empty<byte>());
        for (long at = HeadBytes + PendingBytes; at < bytes;)
        {
            var slot = TrackSlot.At(memory + at, bytes - at);
            if (slot is null && bytes - at >= sizeof(long) && *(long*)(memory + at) == TrackSlot.Magic) damaged++;
            var copy = slot is null ? [] : slot.Copy(ref buffer);
            if (SlotImage.Parse(copy) is { } image) images.Add(image);
            else if (!copy.IsEmpty) damaged++;
            at += slot?.Bytes ?? TrackSlot.Alignment;
        }
        return damaged;
    }

    private TrackSlot Keep(TrackSlot slot)
    {
        lock (_gate)
            _slots.Add(slot);
        return slot;
    }

    private byte* Room(long bytes)
    {
        if (_places.TryGetValue(bytes, out var places) && places.TryPop(out var place))
        {
            new Span<byte>((void*)place, checked((int)bytes)).Clear();
            return (byte*)place;
        }
        if (bytes > _freeBytes)
        {
            _freeBytes = Math.Max(_nextBytes, bytes);
            _free = _file.Extend(checked((int)_freeBytes));
            _nextBytes = Math.Min(2 * _nextBytes, SlotsBytesLimit);
        }
        var room = _free;
        _free += bytes;
        _freeBytes -= bytes;
        return room;
    }

    private static byte[] BootText(string boot)
    {
        var text = new byte[BootBytes];
        Encoding.ASCII.GetBytes(boot.Length <= BootBytes ? boot : boot[..BootBytes], text);
        return text;
    }
}
