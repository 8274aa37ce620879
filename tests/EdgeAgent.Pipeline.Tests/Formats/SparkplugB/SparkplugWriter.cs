using System.Text;

namespace EdgeAgent.Pipeline.Tests.Formats.SparkplugB;

/// <summary>Writes messages of Protocol Buffers field by field, by the published layout of Sparkplug B.</summary>
internal sealed class SparkplugWriter
{
    private readonly List<byte> _bytes = [];

    public byte[] Bytes => [.. _bytes];

    public static byte[] Payload(ulong timestamp, int sequence, params byte[][] metrics)
    {
        var payload = new SparkplugWriter().Number(1, timestamp);
        foreach (var metric in metrics) payload.Message(2, metric);
        return sequence < 0 ? payload.Bytes : payload.Number(3, (ulong)sequence).Bytes;
    }

    /// <summary>A metric; its value is a call more.</summary>
    public static SparkplugWriter Metric(
        string? name, ulong? alias = null, uint type = 0, ulong timestamp = 0, bool isHistorical = false, bool isNull = false)
    {
        var metric = new SparkplugWriter();
        if (name is not null) metric.Text(1, name);
        if (alias is { } number) metric.Number(2, number);
        if (timestamp > 0) metric.Number(3, timestamp);
        if (type > 0) metric.Number(4, type);
        if (isHistorical) metric.Number(5, 1);
        return isNull ? metric.Number(7, 1) : metric;
    }

    public byte[] Int(uint value) => Number(10, value).Bytes;
    public byte[] Int(int value) => Number(10, (uint)value).Bytes;
    public byte[] Long(long value) => Number(11, (ulong)value).Bytes;
    public byte[] Float(float value) => Fixed32(12, value).Bytes;
    public byte[] Double(double value) => Fixed64(13, value).Bytes;
    public byte[] Boolean(bool value) => Number(14, value ? 1UL : 0).Bytes;
    public byte[] String(string value) => Text(15, value).Bytes;

    public SparkplugWriter Number(int field, ulong value)
    {
        Varint((ulong)field << 3);
        Varint(value);
        return this;
    }

    public SparkplugWriter Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    public SparkplugWriter Message(int field, byte[] message)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)message.Length);
        _bytes.AddRange(message);
        return this;
    }

    public SparkplugWriter Fixed32(int field, float value)
    {
        Varint(((ulong)field << 3) | 5);
        _bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    public SparkplugWriter Fixed64(int field, double value)
    {
        Varint(((ulong)field << 3) | 1);
        _bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.Add((byte)(value | 0x80));
        _bytes.Add((byte)value);
    }
}
