using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Sources;

/// <summary>
/// Takes any payload for one reading whose values are its bytes, so that a test finds them again. With
/// <paramref name="namesDevices"/> each line is a device's: <c>pump-1 12</c> is a name and the seconds of its readings' times, a
/// digit each.
/// </summary>
internal sealed class TextDecoder(bool namesDevices = false) : IPayloadDecoder
{
    private readonly float[] _values = new float[256 * 1024];

    public bool NamesDevices => namesDevices;
    /// <summary>Payloads that it was given.</summary>
    public int Calls { get; private set; }

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
    {
        Calls++;
        var payload = message.Payload;
        if (payload.SequenceEqual("junk"u8)) return DecodeFailure.BadJson;
        if (!namesDevices)
        {
            for (var i = 0; i < payload.Length; i++) _values[i] = payload[i];
            rows.Add(rows.Device([]), message.ArrivalTicks, _values.AsSpan(0, payload.Length));
            return DecodeFailure.None;
        }
        foreach (var line in payload.Split((byte)'\n'))
            ReadLine(payload[line], rows);
        return DecodeFailure.None;
    }

    private static void ReadLine(ReadOnlySpan<byte> line, DecodedRows rows)
    {
        var blank = line.IndexOf((byte)' ');
        var device = rows.Device(line[..blank]);
        foreach (var digit in line[(blank + 1)..])
            rows.Add(device, (digit - '0') * TimeSpan.TicksPerSecond, [digit - '0']);
    }
}
