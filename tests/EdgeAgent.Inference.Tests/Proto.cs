using System.Text;

namespace EdgeAgent.TestData;

/// <summary>A protobuf message, written field by field.</summary>
internal sealed class Proto
{
    private readonly List<byte> _bytes = [];

    public Proto Number(int field, long value)
    {
        Variable(field << 3);
        Variable(value);
        return this;
    }

    public Proto Bytes(int field, byte[] value)
    {
        Variable(field << 3 | 2);
        Variable(value.Length);
        _bytes.AddRange(value);
        return this;
    }

    public Proto Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public Proto Message(int field, Proto value) => Bytes(field, value.ToArray());

    public byte[] ToArray() => [.. _bytes];

    private void Variable(long value)
    {
        for (; value > 0x7f; value >>= 7)
            _bytes.Add((byte)(value & 0x7f | 0x80));
        _bytes.Add((byte)value);
    }
}
