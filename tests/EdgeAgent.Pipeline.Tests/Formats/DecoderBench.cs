using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Json;

namespace EdgeAgent.Pipeline.Tests.Formats;

/// <summary>A JSON decoder with the rows that it wrote last.</summary>
internal sealed class DecoderBench(PayloadOptions options)
{
    private readonly JsonDecoder _decoder = new(options);
    private readonly DecodedRows _rows = new();
    private readonly float[] _copy = new float[1024];

    public bool NamesDevices => _decoder.NamesDevices;
    public ChannelTable Channels => _decoder.Channels;
    public DecodedDevice Device =>
        _rows.Devices.Length == 1 ? _rows.Devices[0] : throw new InvalidOperationException("one device was expected");
    public string DeviceName => System.Text.Encoding.UTF8.GetString(_rows.Name(Device));
    public int Rows => Device.Rows;
    /// <summary>Of the newest reading.</summary>
    public ReadOnlySpan<float> Values => RowValues(Rows - 1);
    /// <summary>Of the newest reading.</summary>
    public long TimeTicks => RowTicks(Rows - 1);

    public DecodeFailure Decode(string payload, long arrivalTicks = 0) => Decode(Some.Utf8(payload), arrivalTicks);

    public DecodeFailure Decode(ReadOnlySpan<byte> payload, long arrivalTicks)
    {
        _rows.Clear();
        return _decoder.Decode(payload, arrivalTicks, _rows);
    }

    public long RowTicks(int row) => _rows.Rows(Device)[row].TimeTicks;

    public ReadOnlySpan<float> RowValues(int row)
    {
        var values = _rows.Values(_rows.Rows(Device)[row]);
        values.CopyTo(_copy);
        return _copy.AsSpan(0, values.Length);
    }
}
