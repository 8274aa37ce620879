using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Formats.Packed;

/// <summary>Takes the values and the time of one frame from its bytes, which were found to be enough.</summary>
internal sealed class PackedFrame
{
    private readonly (PackedField Field, int Slot)[] _fields;
    private readonly PackedTime? _time;

    public PackedFrame(PackedOptions options, ChannelTable channels)
    {
        _fields = [.. options.Fields.Select(f => (f, channels.Find(f.Name)))];
        _time = options.Time;
        FieldBytes = options.Fields.Select(f => f.At + f.Type.Bytes).DefaultIfEmpty().Max();
        TimeBytes = _time is null ? 0 : _time.At + _time.Type.Bytes;
    }

    /// <summary>Bytes that the fields need from the frame's first.</summary>
    public int FieldBytes { get; }

    /// <summary>Bytes up to the end of the time.</summary>
    public int TimeBytes { get; }

    public bool HasTime => _time is not null;

    /// <summary>Puts the values into the reading under way.</summary>
    public void Put(ReadOnlySpan<byte> frame, DecodedRows rows)
    {
        foreach (var (field, slot) in _fields)
        {
            var raw = field.Type.Raw(frame[field.At..]);
            var number = field.Bits > 0 ? (raw >> field.FirstBit) & (ulong.MaxValue >> (64 - field.Bits)) : field.Type.Number(raw);
            var value = (float)number;
            rows.Put(slot, float.IsFinite(value) ? value : float.NaN);
        }
    }

    /// <summary>False, and the ticks as they were: it is no time.</summary>
    public bool TryTime(ReadOnlySpan<byte> bytes, ref long ticks)
    {
        var type = _time!.Type;
        var raw = type.Raw(bytes[_time.At..]);
        if (_time.UnitTicks > 0) return TryTime(type.Number(raw), raw, ref ticks);
        if (type.Kind != PackedKind.Float)
            return (type.Kind == PackedKind.Signed || raw <= long.MaxValue)
                && UnixTicks.TryRead(type.Kind == PackedKind.Signed ? type.Signed(raw) : (long)raw, ref ticks);
        var number = type.Number(raw);
        return Math.Abs(number) < 1e21 && UnixTicks.TryRead(number, ref ticks);
    }

    /// <summary>Whole steps are counted whole: a double would round nanoseconds of today to 256 of them.</summary>
    private bool TryTime(double number, ulong raw, ref long ticks)
    {
        var type = _time!.Type;
        if (!(Math.Abs(number * _time.UnitTicks) < DateTime.MaxValue.Ticks)) return false;
        var offset = type.Kind == PackedKind.Float ? (decimal)number : type.Kind == PackedKind.Signed ? type.Signed(raw) : (decimal)raw;
        var sum = DateTime.UnixEpoch.Ticks + offset * (decimal)_time.UnitTicks;
        if (sum < 0 || sum > DateTime.MaxValue.Ticks) return false;
        ticks = (long)sum;
        return true;
    }
}
