using EdgeAgent.Recordings.Messages;

namespace EdgeAgent.Recordings.Tables;

/// <summary>Turns a table into recordings: finds its time, and whether its rows are readings, single values or several devices'.</summary>
internal static class TableReader
{
    /// <param name="shape">The table.</param>
    /// <param name="name">How messages name it.</param>
    /// <param name="labels">Which columns are labels.</param>
    /// <param name="device">Whose it is, where that is known.</param>
    /// <param name="file">The messages that it was made of.</param>
    /// <exception cref="RecordingException">It is no recording.</exception>
    public static List<RawRecording> Read(
        CsvShape shape, string name, LabelColumn labels, string? device = null, MessageFile? file = null)
    {
        var notes = shape.Notes;
        var isRuns = device is null && DeviceColumn.CountsRuns(shape);
        var column = isRuns ? new TimeColumn(TimeKind.Number, 1) : TimeColumn.Find(shape, name);
        if (isRuns)
            notes.Add($"column \"{shape.Names[0]}\" is the device, \"{shape.Names[1]}\" counts its readings; taken as one a second");
        if (column.Kind == TimeKind.None) notes.Add("no column is a time; taken as one reading a second");
        if (column.Kind == TimeKind.ClockOnly)
            notes.Add($"column \"{shape.Names[column.Column]}\" has no date; days are counted from midnight to midnight");
        var time = new TimeReader(shape, column, name, notes);
        var usable = UsableRows.Of(shape, time, name);
        var source = new TableSource(shape, column, time, usable, name, labels);
        var counts = new RowCounts((file?.BadLines ?? 0) + usable.Bad, file?.FirstProblem ?? usable.Problem);
        if (LongColumns.Find(source, isMessages: file is not null || device is not null) is { } columns)
            return new LongTable(source, columns).Read(device, counts);
        var by = isRuns ? 0 : device is null && usable.AreMixed ? DeviceColumn.Find(shape, column, usable.Rows) : -1;
        if (by < 0) RequireOneDevice(source);
        var table = new WideTable(source, by);
        var recordings = new List<RawRecording>();
        var parts = source.By(by < 0 ? [] : [by], [.. Enumerable.Range(0, usable.Rows.Count)]);
        foreach (var (key, indices) in parts)
            recordings.Add(table.Take(indices, parts.Count > 1 ? key : device, recordings.Count == 0 ? counts : default));
        return recordings;
    }

    private static void RequireOneDevice(TableSource source)
    {
        var (shape, rows) = (source.Shape, source.Usable.Rows);
        if (!source.Usable.TimesRepeat) return;
        for (var c = 0; c < shape.Names.Length; c++)
        {
            if (shape.Kinds[c] != ColumnKind.Text || c == source.Time.Column || c == source.Time.Clock) continue;
            var named = rows.Take(2000).Select(r => shape.Table.Cell(r, c).ToString()).Distinct().Count();
            if (named is < 2 or > 500) continue;
            throw new RecordingException(
                $"{source.Name}:{shape.Table.Line(rows[0])}: several readings have the same time, "
                + $"and column \"{shape.Names[c]}\" names {named} things: "
                + "this looks like several devices or sensors in one file; give each device its own file, with a column for each sensor");
        }
    }
}

/// <summary>What could not be used of a file, told with the first of its recordings.</summary>
internal readonly record struct RowCounts(int Bad, string? Problem);
