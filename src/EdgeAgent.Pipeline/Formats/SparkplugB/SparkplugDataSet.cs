using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>
/// Reads the tables that metrics may be: each column of numbers is a channel <c>METRIC/COLUMN</c>, each row a reading. Its first column
/// of type DateTime says when; without one a table of several rows does not say what is newer, and is left out. Belongs to a decoder.
/// </summary>
internal sealed class SparkplugDataSet(NamedChannels channels, SparkplugNumbers numbers, MetricPath path)
{
    private const int ColumnsField = 2, TypesField = 3, RowsField = 4, ElementsField = 1, FirstValueField = 1, LastValueField = 6;
    /// <summary>Columns behind are left out.</summary>
    private const int ColumnLimit = 256;

    private readonly (int Slot, uint Type, bool IsListed)[] _columns = new (int, uint, bool)[ColumnLimit];
    private int _columnCount;
    private int _typeCount;
    private int _rowCount;
    private int _timeColumn;

    /// <summary>Adds the readings of a table whose metric is the path's name.</summary>
    public DecodeFailure Take(ReadOnlySpan<byte> dataSet, int device, long ticks, DecodedRows rows)
    {
        if (!TryReadTypes(dataSet)) return DecodeFailure.BadSparkplug;
        if (_rowCount == 0 || (_rowCount > 1 && _timeColumn < 0)) return DecodeFailure.None;
        if (!TryFindColumns(dataSet)) return channels.Refusal;
        var reader = new ProtobufReader(dataSet);
        while (reader.Read())
            if (reader.Field == RowsField && !TryTakeRow(reader.Bytes, device, ticks, rows)) return DecodeFailure.BadSparkplug;
        return DecodeFailure.None;
    }

    private bool TryReadTypes(ReadOnlySpan<byte> dataSet)
    {
        (_columnCount, _typeCount, _rowCount, _timeColumn) = (0, 0, 0, -1);
        var reader = new ProtobufReader(dataSet);
        while (reader.Read())
        {
            if (reader.Field is ColumnsField or RowsField && reader.Type != WireType.Bytes) return false;
            if (reader.Field == RowsField) _rowCount++;
            if (reader.Field != TypesField) continue;
            if (reader.Type == WireType.Varint)
            {
                AddType((uint)reader.Number);
                continue;
            }
            if (reader.Type != WireType.Bytes) return false;
            for (var packed = reader.Bytes; !packed.IsEmpty;)
            {
                if (!ProtobufReader.TryPacked(ref packed, out var type)) return false;
                AddType((uint)type);
            }
        }
        return !reader.IsBroken;
    }

    private void AddType(uint type)
    {
        if (_typeCount == ColumnLimit) return;
        if (type == SparkplugType.DateTime && _timeColumn < 0) _timeColumn = _typeCount;
        _columns[_typeCount++] = (NamedChannels.NotWanted, type, false);
    }

    /// <summary>False: there is no room for a channel.</summary>
    private bool TryFindColumns(ReadOnlySpan<byte> dataSet)
    {
        var reader = new ProtobufReader(dataSet);
        while (reader.Read() && _columnCount < _typeCount)
        {
            if (reader.Field != ColumnsField) continue;
            ref var column = ref _columns[_columnCount++];
            if (!SparkplugType.MayBeNumber(column.Type)) continue;
            var depth = path.Push(reader.Bytes);
            column.Slot = channels.Find(path.Name, -1, out column.IsListed);
            path.Pop(depth);
            if (column.Slot == NamedChannels.Full) return false;
        }
        return true;
    }

    private bool TryTakeRow(ReadOnlySpan<byte> row, int device, long ticks, DecodedRows rows)
    {
        rows.BeginRow();
        var at = 0;
        var reader = new ProtobufReader(row);
        for (; reader.Read(); at++)
        {
            if (reader.Field != ElementsField || reader.Type != WireType.Bytes) return false;
            if (at >= _columnCount || (at != _timeColumn && _columns[at].Slot < 0)) continue;
            if (!TryTakeCell(reader.Bytes, at, ref ticks, rows)) return false;
        }
        if (reader.IsBroken) return false;
        rows.EndRow(device, ticks);
        return true;
    }

    private bool TryTakeCell(ReadOnlySpan<byte> cell, int at, ref long ticks, DecodedRows rows)
    {
        var value = default(SparkplugValue);
        var reader = new ProtobufReader(cell);
        while (reader.Read())
            if (reader.Field is >= FirstValueField and <= LastValueField && !value.TryTake(reader, FirstValueField)) return false;
        if (reader.IsBroken) return false;
        if (at == _timeColumn) return value.Number <= long.MaxValue && UnixTicks.TryRead((long)value.Number, ref ticks);
        var (slot, type, isListed) = _columns[at];
        numbers.TryRead(value, type, isListed, out var number);
        rows.Put(slot, number);
        return true;
    }
}
