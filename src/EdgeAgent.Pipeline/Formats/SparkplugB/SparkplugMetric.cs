namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>Where the value of a metric, a cell or a property lies.</summary>
internal enum SparkplugForm { None, Int, Long, Float, Double, Boolean, Text, Other }

/// <summary>A value as it was sent.</summary>
internal ref struct SparkplugValue
{
    public SparkplugForm Form { get; private set; }
    public ulong Number { get; private set; }
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>Takes the value at the reader; false: it does not lie as its form says.</summary>
    /// <param name="reader">At a field of the value.</param>
    /// <param name="first">The field's number of a value of the first form, an int.</param>
    public bool TryTake(in ProtobufReader reader, int first)
    {
        Form = (reader.Field - first) switch
        {
            0 => SparkplugForm.Int,
            1 => SparkplugForm.Long,
            2 => SparkplugForm.Float,
            3 => SparkplugForm.Double,
            4 => SparkplugForm.Boolean,
            5 => SparkplugForm.Text,
            _ => SparkplugForm.Other,
        };
        Number = reader.Number;
        Text = reader.Bytes;
        return Form == SparkplugForm.Other || reader.Type == Form switch
        {
            SparkplugForm.Float => WireType.Fixed32,
            SparkplugForm.Double => WireType.Fixed64,
            SparkplugForm.Text => WireType.Bytes,
            _ => WireType.Varint,
        };
    }
}

/// <summary>A metric as it lies in a payload or template.</summary>
internal ref struct SparkplugMetric
{
    private const int NameField = 1, AliasField = 2, TimestampField = 3, TypeField = 4, HistoricalField = 5, NullField = 7;
    private const int PropertiesField = 9, FirstValueField = 10, LastValueField = 19, DataSetField = 17, TemplateField = 18;

    /// <summary>Empty: it is told by its alias.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }
    public ulong Alias { get; private set; }
    public bool HasAlias { get; private set; }
    /// <summary>Milliseconds since 1970; 0: none.</summary>
    public ulong Timestamp { get; private set; }
    public uint Type { get; private set; }
    public bool IsHistorical { get; private set; }
    public bool IsNull { get; private set; }
    public ReadOnlySpan<byte> Properties { get; private set; }
    public SparkplugValue Value;
    public ReadOnlySpan<byte> DataSet { get; private set; }
    public ReadOnlySpan<byte> Template { get; private set; }

    /// <summary>False: it is malformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SparkplugMetric metric)
    {
        metric = default;
        var reader = new ProtobufReader(bytes);
        while (reader.Read())
            if (!metric.TryTake(reader)) return false;
        return !reader.IsBroken;
    }

    private bool TryTake(in ProtobufReader reader)
    {
        switch (reader.Field)
        {
            case NameField:
                Name = reader.Bytes;
                return reader.Type == WireType.Bytes;
            case AliasField:
                (Alias, HasAlias) = (reader.Number, true);
                return reader.Type == WireType.Varint;
            case TimestampField:
                Timestamp = reader.Number;
                return reader.Type == WireType.Varint;
            case TypeField:
                Type = (uint)reader.Number;
                return reader.Type == WireType.Varint;
            case HistoricalField:
                IsHistorical = reader.Number != 0;
                return reader.Type == WireType.Varint;
            case NullField:
                IsNull = reader.Number != 0;
                return reader.Type == WireType.Varint;
            case PropertiesField:
                Properties = reader.Bytes;
                return reader.Type == WireType.Bytes;
            case DataSetField:
                DataSet = reader.Bytes;
                return reader.Type == WireType.Bytes;
            case TemplateField:
                Template = reader.Bytes;
                return reader.Type == WireType.Bytes;
            case >= FirstValueField and <= LastValueField:
                return Value.TryTake(reader, FirstValueField);
            default:
                return true;
        }
    }
}
