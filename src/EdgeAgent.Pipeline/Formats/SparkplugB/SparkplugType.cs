namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>Types of metrics by the numbers that the specification gives them.</summary>
internal static class SparkplugType
{
    public const uint Unknown = 0, Int8 = 1, Int16 = 2, Int32 = 3, Int64 = 4, UInt8 = 5, UInt16 = 6, UInt32 = 7, UInt64 = 8;
    public const uint Float = 9, Double = 10, Boolean = 11, String = 12, DateTime = 13, Text = 14, DataSet = 16, Template = 19;

    /// <summary>Whether values of the type may be numbers for a channel.</summary>
    public static bool MayBeNumber(uint type) => type is <= String or Text;

    /// <summary>Whether values of the type are numbers, if they are any.</summary>
    public static bool IsNumber(uint type) => type is > Unknown and < String;

    /// <summary>A whole number with the sign that its type gives it: it is sent without one.</summary>
    /// <param name="number">As it was sent.</param>
    /// <param name="type">Of the metric.</param>
    /// <param name="isLong">Whether it was sent as one of 64 bits.</param>
    /// <param name="value">The number; NaN: values of the type are none.</param>
    /// <returns>False: the type is not known, and the number might be negative.</returns>
    public static bool TryWhole(ulong number, uint type, bool isLong, out double value)
    {
        value = type switch
        {
            Int8 => (sbyte)number,
            Int16 => (short)number,
            Int32 => (int)number,
            Int64 => isLong ? (long)number : (int)number,
            UInt8 => (byte)number,
            UInt16 => (ushort)number,
            UInt32 => (uint)number,
            Boolean => number == 0 ? 0 : 1,
            // A float knows today to two minutes only.
            DateTime => double.NaN,
            _ => number,
        };
        return type != Unknown || number <= (ulong)(isLong ? long.MaxValue : int.MaxValue);
    }
}
