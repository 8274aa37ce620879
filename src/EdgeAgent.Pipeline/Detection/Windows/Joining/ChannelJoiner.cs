using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Windows.Joining;

/// <summary>
/// Puts together to readings of one detector what a device sends apart: the values that are waiting for others, and what is known
/// of when each channel comes. All rows are in the model's order, NaN where a value is missing. Belongs to its track.
/// </summary>
internal sealed class ChannelJoiner
{
    /// <summary>Where the group stands, in a form that can be kept.</summary>
    private struct State
    {
        /// <summary>Event time of the group's earliest value.</summary>
        public long Earliest;
        /// <summary>The stretch of time that the group may take values of.</summary>
        public long From, To;
        /// <summary>Event time of the last reading; 0: there was none.</summary>
        public long Emitted;
        /// <summary>The silence between two bursts, see <see cref="BurstPhase"/>.</summary>
        public long Silence;
    }

    private readonly float[] _group;
    private State _state;
    private int _count;

    public ChannelJoiner(int channels)
    {
        _group = new float[channels];
        Array.Fill(_group, float.NaN);
        Times = new ChannelTimes(channels);
    }

    public ChannelTimes Times { get; }

    /// <summary>Whether values are waiting for others.</summary>
    public bool IsOpen => _count > 0;

    public bool IsComplete => _count == _group.Length;

    /// <summary>Event time of the reading that the waiting values will be of.</summary>
    public long Earliest => _state.Earliest;

    /// <summary>Event time of the last reading; 0: there was none.</summary>
    public long Emitted
    {
        get => _state.Emitted;
        set => _state.Emitted = value;
    }

    /// <summary>What the device sent last, other channels than the model's included, for the rules.</summary>
    public RuleValues RuleValues { get; } = new();

    /// <summary>Whether a row belongs to the values that are waiting: none of its channels is there yet, and its time fits.</summary>
    public bool Fits(ReadOnlySpan<float> row, long timeTicks)
    {
        if (timeTicks < _state.From || timeTicks >= _state.To) return false;
        for (var c = 0; c < row.Length; c++)
            if (!float.IsNaN(row[c]) && !float.IsNaN(_group[c])) return false;
        return true;
    }

    /// <summary>Adds a row to the waiting values, which it must fit, or begins with it.</summary>
    public void Add(ReadOnlySpan<float> row, long timeTicks, ReadingOptions reading)
    {
        var begins = !IsOpen;
        for (var c = 0; c < row.Length; c++)
        {
            if (float.IsNaN(row[c])) continue;
            _group[c] = row[c];
            _count++;
            Times.Take(c, timeTicks);
        }
        if (begins) Begin(timeTicks, reading);
        _state.Earliest = Math.Min(_state.Earliest, timeTicks);
    }

    /// <summary>Ends the group: writes its values to <paramref name="row"/>, and gives the reading's event time.</summary>
    public long End(Span<float> row)
    {
        _group.CopyTo(row);
        Drop();
        return _state.Emitted = _state.Earliest;
    }

    /// <summary>Forgets the waiting values.</summary>
    public void Drop()
    {
        Array.Fill(_group, float.NaN);
        _count = 0;
    }

    /// <summary>Whether a channel of the model has ever come.</summary>
    public bool HasCome => Times.Last.AsSpan().ContainsAnyExcept(0);

    /// <summary>A row with all channels was a reading as it is; what still waits is of the same time, or was one before it.</summary>
    public void Pass(long timeTicks)
    {
        if (IsOpen) Drop();
        RuleValues.Clear();
        Array.Fill(Times.Last, timeTicks);
        _state.Emitted = timeTicks;
    }

    /// <summary>Forgets all: the device's time begins anew.</summary>
    public void Clear()
    {
        Drop();
        Times.Clear();
        RuleValues.Clear();
        _state = default;
    }

    /// <summary>Takes the values out of a row that are not newer than their channel's last; returns how many are left.</summary>
    public int KeepNewer(Span<float> row, long timeTicks)
    {
        var left = 0;
        for (var c = 0; c < row.Length; c++)
        {
            if (timeTicks <= Times.Last[c]) row[c] = float.NaN;
            else if (!float.IsNaN(row[c])) left++;
        }
        return left;
    }

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    public int SavedBytes => Unsafe.SizeOf<State>() + _group.Length * (sizeof(float) + 2 * sizeof(long));

    /// <summary>Writes all but what only rules wait for.</summary>
    public void Save(Span<byte> room)
    {
        MemoryMarshal.Write(room, _state);
        room = Put<float>(room[Unsafe.SizeOf<State>()..], _group);
        room = Put<long>(room, Times.Last);
        Put<long>(room, Times.Intervals);
    }

    /// <summary>Takes back what was saved.</summary>
    public void Load(ReadOnlySpan<byte> saved)
    {
        _state = MemoryMarshal.Read<State>(saved);
        saved = Take<float>(saved[Unsafe.SizeOf<State>()..], _group);
        saved = Take<long>(saved, Times.Last);
        Take<long>(saved, Times.Intervals);
        _count = _group.Count(v => !float.IsNaN(v));
    }

    /// <summary>Whether what was loaded can have come to be by readings.</summary>
    public bool IsPossible => !Array.Exists(_group, float.IsInfinity)
        && Array.TrueForAll(Times.Last, IsTime) && Array.TrueForAll(Times.Intervals, IsTime) && IsTime(_state.Earliest)
        && IsTime(_state.Emitted) && IsTime(_state.Silence) && (!IsOpen || _state.From < _state.To);

    private static bool IsTime(long ticks) => ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;

    private void Begin(long timeTicks, ReadingOptions reading)
    {
        _state.Earliest = timeTicks;
        (_state.From, _state.To) = reading.Tolerance is { } tolerance
            ? (timeTicks - tolerance.Ticks, timeTicks + tolerance.Ticks + 1)
            : BurstPhase.Around(timeTicks, Times.Last, Times.Interval, ref _state.Silence);
    }

    private static Span<byte> Put<T>(Span<byte> room, ReadOnlySpan<T> values) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        bytes.CopyTo(room);
        return room[bytes.Length..];
    }

    private static ReadOnlySpan<byte> Take<T>(ReadOnlySpan<byte> saved, Span<T> values) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        saved[..bytes.Length].CopyTo(bytes);
        return saved[bytes.Length..];
    }
}
