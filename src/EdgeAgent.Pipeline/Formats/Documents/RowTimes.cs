using System.Text.Json;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// Reads the times of a source's rows where they stand, and settles them when the device is known: counters and the hour that summer
/// time doubles depend on what the device sent before. Without allocating once a device is known.
/// </summary>
internal sealed class RowTimes
{
    /// <summary>Devices whose times are remembered; beyond, all begin anew.</summary>
    private const int DeviceLimit = 100_000, BytesLimit = 8 << 20;

    private readonly EventTimeReader? _reader;
    private readonly CounterScale? _scale;
    private readonly bool _dependsOnDevice;
    private readonly bool _takesArrival;
    private readonly Utf8Map<int> _places = new();
    private DeviceTime[] _devices = new DeviceTime[4];
    private int _bytes;

    /// <summary>What a device sent before.</summary>
    private struct DeviceTime
    {
        public long LastTicks;
        public CounterClock Clock;
    }

    public RowTimes(PayloadOptions source)
    {
        if (source.Times.Counter is { } counter) _scale = new CounterScale(counter);
        else if (source.Time is not null) _reader = new EventTimeReader(source.Times);
        _takesArrival = source.Times.Without == WithoutTime.Arrival;
        _dependsOnDevice = _scale is not null || source.Times.Zone is not null;
    }

    /// <summary>Reads the time at the reader.</summary>
    public RowTime Read<TReader>(ref TReader reader, long arrivalTicks) where TReader : struct, ITokenReader, allows ref struct =>
        _scale is not null ? ReadCounter(ref reader, _scale) : ReadTime(ref reader, _reader!, arrivalTicks);

    /// <summary>The event time of a row of this device.</summary>
    /// <param name="time">As it was read.</param>
    /// <param name="device">What tells it from others, UTF-8.</param>
    /// <param name="arrivalTicks">UTC.</param>
    /// <param name="tally">Counts.</param>
    /// <param name="ticks">UTC.</param>
    public DecodeFailure Settle(in RowTime time, ReadOnlySpan<byte> device, long arrivalTicks, TimeTally tally, out long ticks)
    {
        ticks = arrivalTicks;
        if (_reader is null && _scale is null) return DecodeFailure.None;
        var outcome = time.IsThere ? time.Outcome : TimeOutcome.NoTime;
        if (outcome != TimeOutcome.Ok && _takesArrival)
        {
            tally.OfArrival++;
            return DecodeFailure.None;
        }
        if (outcome != TimeOutcome.Ok)
            return outcome == TimeOutcome.Unreadable ? DecodeFailure.BadTime
                : outcome == TimeOutcome.NoTime ? DecodeFailure.NoTime : DecodeFailure.ImpossibleTime;
        if (!_dependsOnDevice)
        {
            ticks = time.Moment.Ticks;
            return DecodeFailure.None;
        }
        ref var known = ref Of(device);
        ticks = _scale is not null ? known.Clock.Read(_scale, time.CounterTicks, arrivalTicks)
            : time.Moment.Resolve(known.LastTicks, arrivalTicks);
        known.LastTicks = Math.Max(known.LastTicks, ticks);
        return DecodeFailure.None;
    }

    private static RowTime ReadTime<TReader>(ref TReader reader, EventTimeReader times, long arrivalTicks)
        where TReader : struct, ITokenReader, allows ref struct
    {
        var moment = default(EventMoment);
        var outcome = reader.Kind switch
        {
            JsonTokenType.Number when reader.TryGetInt64(out var whole) => times.FromInteger(whole, arrivalTicks, out moment),
            JsonTokenType.Number when reader.TryGetDouble(out var number) && reader.Text.IsEmpty =>
                times.FromNumber(number, arrivalTicks, out moment),
            JsonTokenType.Number or JsonTokenType.String => times.FromText(reader.Text, arrivalTicks, out moment),
            JsonTokenType.Null => EventTimeReader.Missing(arrivalTicks, out moment),
            _ => TimeOutcome.Unreadable,
        };
        return new RowTime(true, outcome, moment);
    }

    private static RowTime ReadCounter<TReader>(ref TReader reader, CounterScale scale) where TReader : struct,
        ITokenReader, allows ref struct
    {
        var ticks = 0L;
        var isRead = reader.Kind switch
        {
            JsonTokenType.Number when reader.TryGetInt64(out var whole) => scale.TryTicks(whole, out ticks),
            JsonTokenType.Number when reader.TryGetDouble(out var number) => scale.TryTicks(number, out ticks),
            JsonTokenType.String => scale.TryTicks(reader.Text, out ticks),
            _ => false,
        };
        var outcome = isRead ? TimeOutcome.Ok : reader.Kind == JsonTokenType.Null ? TimeOutcome.NoTime : TimeOutcome.Unreadable;
        return new RowTime(true, outcome, default, ticks);
    }

    private ref DeviceTime Of(ReadOnlySpan<byte> device)
    {
        if (_places.TryGet(device, out var place)) return ref _devices[place];
        if (_places.Count == DeviceLimit || _bytes + device.Length > BytesLimit)
        {
            _bytes = 0;
            _places.Clear();
            Array.Clear(_devices);
        }
        if (_places.Count == _devices.Length) Array.Resize(ref _devices, 2 * _devices.Length);
        _places.Add(device, _places.Count);
        _bytes += device.Length;
        return ref _devices[_places.Count - 1];
    }
}
