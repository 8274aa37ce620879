namespace EdgeAgent.Recordings.Tables;

/// <summary>The columns of a table with one value a row, as historians export them: tag, time, value, quality.</summary>
/// <param name="Tag">Names the channel of a row; -1: all rows are of one.</param>
/// <param name="Value">Holds its value.</param>
/// <param name="Quality">Says whether it can be trusted; null: nothing does.</param>
/// <param name="Devices">Name its device, where there are several.</param>
internal sealed record LongColumns(int Tag, int Value, QualityColumn? Quality, int[] Devices)
{
    private const string Field = "_field";
    private const double RepeatShare = 0.05;
    private static readonly HashSet<string> TagNames =
    [
        "tag", "tagname", "varname", "variable", "variablename", "name", "pointname", "point", "series", "metric", "channel", "channelname",
        "sensor", "sensorid", "sensorname", "signal", "signalname", "parameter", "parametername", "item", "itemid", "itemname", "field",
        "key", "attribute", "path", "tagpath", "pointid", "tagid", "nodeid", "browsename", "displayname", "entityid", "quantity",
        "messstelle",
        "variablenname", "kanal", "measurement", "datapoint",
    ];
    private static readonly HashSet<string> ValueNames =
        ["value", "val", "varvalue", "wert", "messwert", "reading", "rawvalue", "numericvalue", "tagvalue", "valeur", "valor", "state"];

    /// <summary>The columns, or null where the table has a column for each channel.</summary>
    /// <param name="source">The table.</param>
    /// <param name="isMessages">Its rows were messages: there a text that never changes is no tag.</param>
    public static LongColumns? Find(TableSource source, bool isMessages)
    {
        if (source.Time.Kind == TimeKind.None) return null;
        var (shape, rows) = (source.Shape, source.Usable.Rows);
        var free = Enumerable.Range(0, shape.Names.Length).Where(c => c != source.Time.Column && c != source.Time.Clock).ToArray();
        var qualities = QualityColumn.All(shape, isLong: true);
        var texts = free.Where(c => shape.Kinds[c] == ColumnKind.Text && !qualities.Exists(q => q.Column == c)).ToArray();
        var isInflux = Array.Exists(texts, c => shape.Names[c] == Field);
        bool NamesDevice(int c) => isInflux ? shape.Names[c] is not ("result" or "table" or "" or ['_', ..]) or "_measurement"
            : DeviceColumn.IsName(shape.Names[c]) && (shape.Kinds[c] == ColumnKind.Text || DeviceColumn.IsWhole(shape, c, rows));
        var numbers = free.Where(c => IsMeasured(shape, c, qualities) && !NamesDevice(c)).ToArray();
        var named = Array.FindAll(numbers, c => ValueNames.Contains(TimeColumn.Plain(shape.Names[c])));
        var value = named.Length == 1 && (numbers.Length == 1 || source.Usable.AreMixed) ? named[0] : -1;
        if (isMessages && value < 0) return null;
        var tag = value < 0 ? -1 : isInflux ? InfluxTag(shape, texts, rows) : NamedTag(shape, texts, numbers, value);
        if (tag < 0) (tag, value) = ByContent(source, texts, numbers);
        if (tag < 0 || isMessages && DeviceColumn.Count(shape, tag, rows) < 2) return null;
        var devices = free.Where(c => c != tag && c != value && NamesDevice(c) && DeviceColumn.Count(shape, c, rows) > 1);
        return new LongColumns(tag, value, qualities.FirstOrDefault(), isMessages ? [] : [.. devices]);
    }

    /// <summary>Whether a column may hold values: not a time besides, a quality, or a number that only counts.</summary>
    private static bool IsMeasured(CsvShape shape, int column, List<QualityColumn> qualities)
    {
        if (shape.Kinds[column] != ColumnKind.Number || qualities.Exists(q => q.Column == column)) return false;
        var plain = TimeColumn.Plain(shape.Names[column]);
        return plain != "table" && !(plain.Length > 1 && TimeColumn.IsTimeName(plain)) && !WideTable.IsCounterName(plain);
    }

    /// <summary>A field is a channel; where all fields are called the same, the measurement is.</summary>
    private static int InfluxTag(CsvShape shape, int[] texts, List<int> rows)
    {
        var field = Array.Find(texts, c => shape.Names[c] == Field);
        var measurement = Array.FindIndex(shape.Names, n => n == "_measurement");
        return measurement >= 0 && DeviceColumn.Count(shape, field, rows) == 1 && DeviceColumn.Count(shape, measurement, rows) > 1
            ? measurement : field;
    }

    private static int NamedTag(CsvShape shape, int[] texts, int[] numbers, int value)
    {
        bool IsTag(int c) => c != value && TagNames.Contains(TimeColumn.Plain(shape.Names[c]));
        var tag = Array.FindIndex(texts, IsTag);
        if (tag >= 0) return texts[tag];
        // Sensors that have numbers for names.
        return numbers.Length == 2 && IsTag(numbers[0] == value ? numbers[1] : numbers[0]) ? numbers[0] == value ? numbers[1] : numbers[0]
            : -1;
    }

    /// <summary>Without usual names: one number a row, and a text that tells apart the rows of a moment.</summary>
    private static (int Tag, int Value) ByContent(TableSource source, int[] texts, int[] numbers)
    {
        var (shape, usable) = (source.Shape, source.Usable);
        if (numbers.Length != 1 || !usable.AreMixed) return (-1, -1);
        foreach (var c in texts)
        {
            if (DeviceColumn.IsName(shape.Names[c]) || DeviceColumn.Count(shape, c, usable.Rows) is < 2 or > DeviceColumn.Limit) continue;
            var seen = new HashSet<(long, string)>();
            var repeats = usable.Rows.Where((r, i) => !seen.Add((usable.Ticks[i], shape.Table.Cell(r, c).ToString()))).Count();
            if (repeats <= RepeatShare * usable.Rows.Count) return (c, numbers[0]);
        }
        return (-1, -1);
    }
}
