using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.Packed;

/// <summary>
/// Reads binary frames with numbers at fixed places, as controllers and converters send them, or the same written as text in JSON.
/// Each frame is a reading; those of one payload have times of their own or are samples at an even rate. Belongs to a source's loop.
/// </summary>
internal sealed class PackedDecoder : IPayloadDecoder
{
    private readonly PayloadOptions _source;
    private readonly PackedOptions _options;
    private readonly PackedFrame _frame;
    private readonly PackedEnvelope? _envelope;
    private readonly SampleClock _clock;

    public PackedDecoder(PayloadOptions source, ChannelTable channels)
    {
        _source = source;
        _options = source.Packed ?? throw new ArgumentException("a packed payload needs its fields");
        _frame = new PackedFrame(_options, channels);
        _envelope = _options.In is null ? null : new PackedEnvelope(source, _options);
        _clock = new SampleClock(source);
    }

    public bool NamesDevices => _envelope?.Device is not null;

    /// <summary>Whether the payload's frames share one time.</summary>
    private bool IsSampled => _options.Frame is not null && _clock.IsOn;

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
    {
        var bytes = message.Payload;
        var ticks = message.ArrivalTicks;
        var device = message.Device;
        if (_envelope is not null)
        {
            var failure = _envelope.Read(bytes, message.ArrivalTicks);
            if (failure != DecodeFailure.None) return failure;
            bytes = _envelope.Frames;
            if (_envelope.Device is { } name) device = name.Of(message.Topic, _envelope.Texts);
            if (device.IsEmpty && _envelope.Device is not null) return DecodeFailure.NoDevice;
            failure = _envelope.Settle(device.IsEmpty ? message.Topic : device, rows.Notes.Times, out ticks);
            if (failure != DecodeFailure.None) return failure;
        }
        if (bytes.IsEmpty) return DecodeFailure.Empty;
        if (IsSampled && _frame.HasTime)
        {
            if (bytes.Length < _frame.TimeBytes) return DecodeFailure.FrameTooShort;
            if (!_frame.TryTime(bytes, ref ticks)) return DecodeFailure.BadTime;
        }
        if (bytes.Length <= _options.HeaderBytes) return DecodeFailure.FrameTooShort;
        return Take(bytes[_options.HeaderBytes..], rows.Device(device), ticks, rows);
    }

    private DecodeFailure Take(ReadOnlySpan<byte> bytes, int device, long ticks, DecodedRows rows)
    {
        var size = _options.Frame ?? bytes.Length;
        var needed = Math.Max(_frame.FieldBytes, IsSampled ? 0 : _frame.TimeBytes);
        // A rest that is no frame would mean that all of them were read at wrong places.
        if (size < needed || bytes.Length % size != 0) return DecodeFailure.FrameTooShort;
        var count = bytes.Length / size;
        if (count > SampleBlock.SampleLimit) return DecodeFailure.BlockTooLong;
        _clock.Begin(double.NaN);
        if (IsSampled && !_clock.HasRate) return DecodeFailure.BadSampleRate;
        for (var i = 0; i < count; i++)
        {
            var frame = bytes.Slice(i * size, size);
            var own = ticks;
            if (IsSampled) own = _clock.Ticks(ticks, i, count);
            else if (_frame.HasTime && !_frame.TryTime(frame, ref own)) return DecodeFailure.BadTime;
            rows.BeginRow();
            _frame.Put(frame, rows);
            rows.EndRow(device, own);
        }
        return rows.HasRows ? DecodeFailure.None : DecodeFailure.NoUsableValue;
    }
}
