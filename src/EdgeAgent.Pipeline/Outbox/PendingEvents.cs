using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Keeps events of one lane that are not safe yet, in memory that outlives the process: after a kill the next start appends
/// them again. They are written before the device's state moves past the reading that caused them. When it is full, the lane waits.
/// </summary>
/// <remarks>
/// A ring of records, each with a checksum. The lane writes, the outbox's thread frees, in any order; places are used again
/// in the order in which they were written. When all is free it begins at the start, so that few pages are ever touched.
/// </remarks>
internal sealed unsafe partial class PendingEvents(nint memory, int bytes, ILogger logger)
{
    private const ulong Magic = 0xF0F1_444E_4550_FEFF;
    private const int Alignment = 16;

    private struct Record
    {
        public ulong Magic;
        public long Sequence, CreatedTicks;
        public int Severity, IdBytes, TopicBytes, PayloadBytes;
        public uint Sum, Reserved;
    }

    private static readonly int RecordBytes = Unsafe.SizeOf<Record>();

    private sealed record Place(int Start, int End)
    {
        public bool IsFree { get; set; }
    }

    private readonly object _gate = new();
    private readonly Queue<Place> _places = new();
    private readonly Dictionary<OutboxEntry, Place> _of = [];
    private int _end;
    private int _keptBytes;
    private long _sequence;
    private bool _letsPass;
    private bool _isTooLargeLogged;
    private volatile bool _isWaiting;

    /// <summary>All that is kept lies within so many first bytes.</summary>
    public int UsedBytes
    {
        get
        {
            lock (_gate)
                return _places.Count == 0 ? 0 : _places.Max(p => p.End);
        }
    }

    /// <summary>Whether so much is kept that whoever keeps more might soon have to wait. A look without the lock: a moment old.</summary>
    public bool IsCrowded => Volatile.Read(ref _keptBytes) > bytes / 4;

    /// <summary>Whether its lane waits for room here.</summary>
    public bool IsWaiting => _isWaiting;

    /// <summary>Keeps an event until <see cref="Free"/>. Waits for room. False: it is too large, or the lanes are about to stop.</summary>
    public bool Keep(OutboxEntry entry)
    {
        var needed = BytesOf(entry);
        if (needed > bytes)
        {
            if (!_isTooLargeLogged) EventTooLarge(entry.Id, needed);
            _isTooLargeLogged = true;
            return false;
        }
        lock (_gate)
        {
            int start;
            while ((start = FindRoom(needed)) < 0)
            {
                if (_letsPass) return false;
                _isWaiting = true;
                Monitor.Wait(_gate);
                _isWaiting = false;
            }
            Put(entry, start, needed);
            return true;
        }
    }

    /// <summary>Keeps an event if there is room for it now.</summary>
    public bool TryKeep(OutboxEntry entry)
    {
        var needed = BytesOf(entry);
        lock (_gate)
        {
            var start = needed > bytes ? -1 : FindRoom(needed);
            if (start >= 0) Put(entry, start, needed);
            return start >= 0;
        }
    }

    /// <summary>Frees the place of an event that is safe elsewhere.</summary>
    public void Free(OutboxEntry entry)
    {
        lock (_gate)
        {
            if (!_of.Remove(entry, out var place)) return;
            Volatile.Write(ref At(place.Start).Magic, 0);
            _keptBytes -= place.End - place.Start;
            place.IsFree = true;
            while (_places.TryPeek(out var oldest) && oldest.IsFree)
                _places.Dequeue();
            if (_places.Count == 0) _end = 0;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Lets waiting lanes go on: they are about to stop.</summary>
    public void LetPass()
    {
        lock (_gate)
        {
            _letsPass = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The events that such memory holds, oldest first, made of bytes that may be anything.</summary>
    public static List<OutboxEntry> Read(ReadOnlySpan<byte> memory)
    {
        var found = new List<(long Sequence, OutboxEntry Entry)>();
        for (var at = 0; at + RecordBytes <= memory.Length; at += Alignment)
        {
            var record = MemoryMarshal.Read<Record>(memory[at..]);
            var texts = memory[(at + RecordBytes)..];
            if (record.Magic != Magic || record.IdBytes < 0 || record.TopicBytes < 0 || record.PayloadBytes < 0) continue;
            var length = (long)record.IdBytes + record.TopicBytes + record.PayloadBytes;
            if (length > texts.Length || SumOf(record, texts[..(int)length]) != record.Sum) continue;
            found.Add((record.Sequence, new OutboxEntry(
                Encoding.UTF8.GetString(texts[..record.IdBytes]), Encoding.UTF8.GetString(texts.Slice(record.IdBytes, record.TopicBytes)),
                texts.Slice(record.IdBytes + record.TopicBytes, record.PayloadBytes).ToArray(),
                (Severity)Math.Clamp(record.Severity, (int)Severity.Info, (int)Severity.Critical), record.CreatedTicks)));
        }
        return [.. found.OrderBy(f => f.Sequence).Select(f => f.Entry)];
    }

    private void Put(OutboxEntry entry, int start, int needed)
    {
        var texts = new Span<byte>((byte*)memory + start + RecordBytes, needed - RecordBytes);
        var record = new Record { Magic = Magic, Sequence = ++_sequence };
        (record.CreatedTicks, record.Severity) = (entry.CreatedTicks, (int)entry.Severity);
        record.IdBytes = Encoding.UTF8.GetBytes(entry.Id, texts);
        record.TopicBytes = Encoding.UTF8.GetBytes(entry.Topic, texts[record.IdBytes..]);
        record.PayloadBytes = entry.Payload.Length;
        entry.Payload.CopyTo(texts[(record.IdBytes + record.TopicBytes)..]);
        record.Sum = SumOf(record, texts[..(record.IdBytes + record.TopicBytes + record.PayloadBytes)]);
        At(start) = record with { Magic = 0 };
        Volatile.Write(ref At(start).Magic, Magic);
        var place = new Place(start, start + needed);
        _places.Enqueue(place);
        _keptBytes += needed;
        _of[entry] = place;
        _end = place.End;
    }

    /// <summary>Where so many bytes fit behind the newest record; −1: nowhere now.</summary>
    private int FindRoom(int needed)
    {
        if (!_places.TryPeek(out var oldest)) return 0;
        if (_end > oldest.Start) return needed <= bytes - _end ? _end : needed <= oldest.Start ? 0 : -1;
        return needed <= oldest.Start - _end ? _end : -1;
    }

    private ref Record At(int start) => ref *(Record*)(memory + start);

    private static int BytesOf(OutboxEntry entry) =>
        Aligned(RecordBytes + Encoding.UTF8.GetByteCount(entry.Id) + Encoding.UTF8.GetByteCount(entry.Topic) + entry.Payload.Length);

    private static int Aligned(int bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    private static uint SumOf(Record record, ReadOnlySpan<byte> texts)
    {
        (record.Sum, record.Magic) = (0, 0);
        return CheckSum.Of(texts, CheckSum.Of(MemoryMarshal.AsBytes(new ReadOnlySpan<Record>(ref record))));
    }

    [LoggerMessage(LogLevel.Warning, "event {Id} takes {Bytes} bytes, too many to be kept through a kill before it is on disk or "
        + "acknowledged")]
    private partial void EventTooLarge(string id, int bytes);
}
