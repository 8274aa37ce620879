using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>
/// Keeps the events of a device as rare as its model promises: behind each event the threshold is higher, and time without one brings it
/// down again. So n events have raised it by n × raise, of which time has taken back what the promise allows, and the rest is at most
/// the limit. Depends on judgements and their event time only. Allocates nothing; one owner at a time.
/// </summary>
/// <param name="promise">What is promised; null: nothing, and the threshold stays where it is.</param>
internal sealed class EventRate(ManifestPromise? promise)
{
    /// <summary>A device that was silent for longer has not shown that it was calm.</summary>
    private const long LongestPauseTicks = TimeSpan.TicksPerHour;

    /// <summary>How much higher the threshold is now, in thresholds.</summary>
    private double _extra;
    private long _lastTicks;
    private bool _wasOpen;
    /// <summary>Whether it was told that the limit is reached; a step below it that is news again.</summary>
    private bool _isTold;

    /// <summary>What scores are divided by.</summary>
    public float Factor => (float)(1 + _extra);

    /// <summary>Whether the threshold is as high as it may be: further events come more often than promised.</summary>
    public bool IsAtLimit => promise is not null && _extra >= promise.Limit;

    /// <summary>Takes note of how things stand before a judgement; true: from now on the promise cannot be kept.</summary>
    /// <param name="timeTicks">Event time of the judgement.</param>
    /// <param name="isOpen">Whether an event is open that the model's score opened, or would have.</param>
    /// <remarks>
    /// The threshold rises when an event ends, and comes down between events only: an open one goes on being measured by what opened it.
    /// </remarks>
    public bool Note(long timeTicks, bool isOpen)
    {
        if (promise is null) return false;
        // An open event stood open since the judgement before.
        var calmTicks = isOpen || _lastTicks == 0 ? 0 : Math.Clamp(timeTicks - _lastTicks, 0, LongestPauseTicks);
        // Doubles: what a millisecond takes back is less than a float of this size can tell.
        var lowered = _extra - (double)promise.Raise * promise.EventsADay * (calmTicks / (double)TimeSpan.TicksPerDay);
        var isOver = _wasOpen && !isOpen;
        _extra = Math.Min(Math.Max(0, lowered) + (isOver ? promise.Raise : 0), promise.Limit);
        (_lastTicks, _wasOpen) = (timeTicks, isOpen);
        if (_extra <= promise.Limit - promise.Raise) _isTold = false;
        if (!IsAtLimit || _isTold) return false;
        return _isTold = true;
    }

    /// <summary>Goes on under another promise.</summary>
    public EventRate Under(ManifestPromise? other) => ReferenceEquals(promise, other) ? this : new EventRate(other)
    {
        _extra = Math.Min(_extra, other?.Limit ?? 0),
        _lastTicks = _lastTicks,
        _wasOpen = _wasOpen,
    };

    /// <summary>Forgets all, to learn anew.</summary>
    public void Clear() => (_extra, _lastTicks, _wasOpen, _isTold) = (0, 0, false, false);

    /// <summary>Whether it can have come to be by judgements: what was loaded from a file may be anything.</summary>
    public bool IsPossible => _extra >= 0 && _extra <= (promise?.Limit ?? 0)
        && _lastTicks >= 0 && _lastTicks <= DateTime.MaxValue.Ticks;

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    public const int SavedBytes = sizeof(double) + sizeof(long) + sizeof(int);

    /// <summary>Writes all it knows, and gives what is left of the room.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        MemoryMarshal.Write(room, _extra);
        MemoryMarshal.Write(room[sizeof(double)..], _lastTicks);
        MemoryMarshal.Write(room[(sizeof(double) + sizeof(long))..], _wasOpen ? 1 : 0);
        return room[SavedBytes..];
    }

    /// <summary>Takes back what was saved, within what is promised now, and gives what is left of it.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved)
    {
        // Math.Min keeps what is no number, which is found later.
        _extra = Math.Min(MemoryMarshal.Read<double>(saved), promise?.Limit ?? 0);
        _lastTicks = MemoryMarshal.Read<long>(saved[sizeof(double)..]);
        _wasOpen = MemoryMarshal.Read<int>(saved[(sizeof(double) + sizeof(long))..]) != 0;
        return saved[SavedBytes..];
    }
}
