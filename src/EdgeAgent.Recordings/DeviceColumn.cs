namespace EdgeAgent.Recordings;

/// <summary>Which column says of which device a row is, where a table has the readings of several.</summary>
internal static class DeviceColumn
{
    /// <summary>More names than this are no devices.</summary>
    public const int Limit = 500;

    private static readonly HashSet<string> Names =
    [
        "device", "deviceid", "devicename", "machine", "machineid", "machinename", "asset", "assetid", "assetname", "host", "hostname",
        "equipment", "equipmentid", "equipmentname", "station", "stationid", "unit", "unitid", "unitnumber", "engine", "engineid",
        "pump", "pumpid", "motor", "motorid", "turbine", "turbineid", "gateway", "gatewayid", "node", "anlage", "maschine", "gerät",
    ];

    public static bool IsName(string name) => Names.Contains(TimeColumn.Plain(name));

    /// <summary>The column whose name says device and which names several; -1: none.</summary>
    public static int Find(CsvShape shape, TimeColumn time, List<int> rows)
    {
        for (var c = 0; c < shape.Names.Length; c++)
            if (c != time.Column && c != time.Clock && IsName(shape.Names[c]) && Count(shape, c, rows) is > 1 and <= Limit
                && (shape.Kinds[c] == ColumnKind.Text || IsWhole(shape, c, rows)))
                return c;
        return -1;
    }

    /// <summary>
    /// Runs that count from 1 again for each device, as in turbofan data: the first column is the device, the second counts its
    /// readings. False where the two columns are something else.
    /// </summary>
    public static bool CountsRuns(CsvShape shape)
    {
        if (shape.Names.Length < 3 || shape.Kinds[0] != ColumnKind.Number || shape.Kinds[1] != ColumnKind.Number) return false;
        if (shape.Table.Rows - shape.FirstRow < 3) return false;
        double device = double.NaN, count = 0;
        for (var row = shape.FirstRow; row < shape.Table.Rows; row++)
        {
            if (shape.Read(row, 0, out var of) != CellKind.Number || shape.Read(row, 1, out var at) != CellKind.Number) return false;
            if (of != Math.Floor(of) || of < 0 || at != (of == device ? count + 1 : 1)) return false;
            (device, count) = (of, at);
        }
        return true;
    }

    /// <summary>How many different texts a column has, up to a bit more than devices may be.</summary>
    public static int Count(CsvShape shape, int column, List<int> rows)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var row in rows)
        {
            if (shape.Table.Cell(row, column) is { Length: > 0 } cell) lookup.Add(cell);
            if (names.Count > Limit) break;
        }
        return names.Count;
    }

    /// <summary>Whether a column holds nothing but whole numbers, as names in numbers are.</summary>
    public static bool IsWhole(CsvShape shape, int column, List<int> rows) =>
        shape.Kinds[column] == ColumnKind.Number
        && rows.TrueForAll(r => shape.Read(r, column, out var n) == CellKind.Number && n == Math.Floor(n) && n is >= 0 and < 1e9);
}
