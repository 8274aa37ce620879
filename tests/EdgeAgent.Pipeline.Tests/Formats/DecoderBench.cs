using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats;

/// <summary>A JSON decoder with the rows that it wrote last.</summary>
internal sealed class DecoderBench
{
    private readonly IPayloadDecoder _decoder;
    private readonly DecodedRows _rows;
    private readonly float[] _copy = new float[1024];

    public DecoderBench(PayloadOptions options, DecodeNotes? notes = null)
    {
        _rows = new DecodedRows(new ChannelTable(options), notes);
        _decoder = PayloadDecoders.Of(options, _rows.Channels);
    }

    public bool NamesDevices => _decoder.NamesDevices;
    public DecodeNotes Notes => _rows.Notes;
    public ChannelTable Channels => _rows.Channels;
    public DecodedDevice Device =>
        _rows.Devices.Length == 1 ? _rows.Devices[0] : throw new InvalidOperationException("one device was expected");
    public string DeviceName => System.Text.Encoding.UTF8.GetString(_rows.Name(Device));
    public int Rows => Device.Rows;
    /// <summary>Of the newest reading.</summary>
    public ReadOnlySpan<float> Values => RowValues(Rows - 1);
    /// <summary>Of the newest reading.</summary>
    public long TimeTicks => RowTicks(Rows - 1);

    public DecodeFailure Decode(string payload, long arrivalTicks = 0) => Decode(Some.Utf8(payload), arrivalTicks);

    public DecodeFailure Decode(ReadOnlySpan<byte> payload, long arrivalTicks) =>
        Decode(new IncomingMessage { Topic = "plant/pump-7/telemetry"u8, Payload = payload, ArrivalTicks = arrivalTicks });

    public DecodeFailure Decode(in IncomingMessage message)
    {
        _rows.Clear();
        var slots = Channels.Slots;
        var failure = _decoder.Decode(message, _rows);
        if (failure == DecodeFailure.None) _rows.Finish();
        else Channels.ForgetAfter(slots);
        return failure;
    }

    /// <summary>All readings, a line each: <c>device@seconds channel=value …</c>, seconds after 1970.</summary>
    public string Text
    {
        get
        {
            var text = new System.Text.StringBuilder();
            foreach (var device in _rows.Devices)
                foreach (var row in _rows.Rows(device))
                    Append(text, System.Text.Encoding.UTF8.GetString(_rows.Name(device)), row);
            return text.ToString().TrimEnd();
        }
    }

    private void Append(System.Text.StringBuilder text, string device, in DecodedRow row)
    {
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        text.Append(culture, $"{device}@{(row.TimeTicks - DateTime.UnixEpoch.Ticks) / (decimal)TimeSpan.TicksPerSecond:0.#######}");
        var values = _rows.Values(row);
        for (var i = 0; i < values.Length; i++)
            if (!float.IsNaN(values[i])) text.Append(culture, $" {Channels.Current.Names[i]}={values[i]}");
        text.Append(row.IsHistorical ? " history\n" : "\n");
    }

    public long RowTicks(int row) => _rows.Rows(Device)[row].TimeTicks;

    public ReadOnlySpan<float> RowValues(int row)
    {
        var values = _rows.Values(_rows.Rows(Device)[row]);
        values.CopyTo(_copy);
        return _copy.AsSpan(0, values.Length);
    }
}
