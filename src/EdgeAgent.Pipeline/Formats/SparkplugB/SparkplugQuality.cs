using System.Text;

namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>
/// How good a metric's value is, by its property "Quality": 192 to 255 are good, as in OPC DA; 0 and 500 (stale) are not.
/// </summary>
internal static class SparkplugQuality
{
    private const int KeysField = 1, ValuesField = 2, PropertyNullField = 2, FirstValueField = 3, LastValueField = 10;
    private const int LeastGood = 192, MostGood = 255;

    /// <summary>Whether the value is good; properties that do not speak of it leave it good.</summary>
    /// <param name="properties">Of the metric.</param>
    /// <param name="isGood">Whether it is.</param>
    /// <returns>False: the properties are malformed.</returns>
    public static bool TryRead(ReadOnlySpan<byte> properties, out bool isGood)
    {
        isGood = true;
        if (properties.IsEmpty) return true;
        var (key, keys) = (-1, 0);
        var reader = new ProtobufReader(properties);
        while (reader.Read())
        {
            if (reader.Field != KeysField || reader.Type != WireType.Bytes) continue;
            if (Ascii.EqualsIgnoreCase(reader.Bytes, "quality"u8)) key = keys;
            keys++;
        }
        if (reader.IsBroken) return false;
        if (key < 0) return true;
        reader = new ProtobufReader(properties);
        for (var value = 0; reader.Read();)
        {
            if (reader.Field != ValuesField || reader.Type != WireType.Bytes || value++ != key) continue;
            return TryReadValue(reader.Bytes, out isGood);
        }
        return true;
    }

    private static bool TryReadValue(ReadOnlySpan<byte> property, out bool isGood)
    {
        isGood = true;
        var value = default(SparkplugValue);
        var reader = new ProtobufReader(property);
        while (reader.Read())
        {
            if (reader.Field == PropertyNullField && reader.Number != 0) return true;
            if (reader.Field is >= FirstValueField and <= LastValueField && !value.TryTake(reader, FirstValueField)) return false;
        }
        isGood = value.Form switch
        {
            SparkplugForm.Int or SparkplugForm.Long => value.Number is >= LeastGood and <= MostGood,
            SparkplugForm.Text => value.Text.Length >= 4 && Ascii.EqualsIgnoreCase(value.Text[..4], "good"u8),
            SparkplugForm.Boolean => value.Number != 0,
            _ => true,
        };
        return !reader.IsBroken;
    }
}
