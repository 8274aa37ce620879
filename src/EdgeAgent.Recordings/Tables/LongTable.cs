namespace EdgeAgent.Recordings.Tables;

/// <summary>Makes readings of a table with one value a row: what the tags of a device have at one moment is one.</summary>
internal sealed class LongTable(TableSource source, LongColumns columns)
{
    private const int TagLimit = 4096;
    private const long CellLimit = 500_000_000;
    private readonly CsvShape _shape = source.Shape;

    /// <exception cref="RecordingException">The values make no recording.</exception>
    public List<RawRecording> Read(string? device, RowCounts counts)
    {
        _shape.Notes.Add($"one value a row: \"{_shape.Names[columns.Tag]}\" names its channel"
            + (columns.Quality is { } quality ? $", \"{_shape.Names[quality.Column]}\" its quality" : ""));
        var recordings = new List<RawRecording>();
        var parts = source.By(columns.Devices, [.. Enumerable.Range(0, source.Usable.Rows.Count)]);
        foreach (var (key, indices) in parts)
        {
            var name = parts.Count > 1 ? $"{source.Name}, {key}" : source.Name;
            recordings.Add(Take(indices, name, parts.Count > 1 ? key : device, recordings.Count == 0 ? counts : default));
        }
        return recordings;
    }

    private RawRecording Take(List<int> indices, string name, string? device, RowCounts counts)
    {
        List<string> notes = indices[0] == 0 ? [.. _shape.Notes] : [];
        // WinCC tells with such tags when it began and stopped.
        var tags = source.By([columns.Tag], indices).Where(t => t.Key is not ['$', ..]).ToList();
        if (tags.Count is 0 or > TagLimit) throw Refused($"names {tags.Count} channels; expected 1 to {TagLimit}");
        var series = tags.ConvertAll(t => new TagSeries(t.Key, source.Arrange(t.Indices, notes)));
        var moments = Moments.Of(series);
        if ((long)moments.Count * tags.Count > CellLimit)
            throw Refused($"names {tags.Count} channels with {moments.Count} times; export fewer, or all at the same times");
        var (channels, dropped) = (new List<RecordedChannel>(), new List<DroppedColumn>());
        for (var t = 0; t < tags.Count; t++)
            AddChannel(series[t], moments.RowsOf(t), channels, dropped, notes);
        if (channels.Count == 0) throw Refused("names no channel that has a number of good quality");
        var rows = moments.FirstRows;
        var label = source.Label(c => c == columns.Tag || c == columns.Value || columns.Quality?.Column == c, dropped);
        return new RawRecording(name)
        {
            Device = device,
            Lines = Array.ConvertAll(rows, _shape.Table.Line),
            Ticks = moments.Ticks,
            TimeTexts = Array.ConvertAll(rows, source.Reader.Text),
            Columns = channels,
            Labels = source.Marks(rows, label),
            LabelName = label < 0 ? null : _shape.Names[label],
            Dropped = dropped,
            Notes = notes,
            BadLines = counts.Bad,
            FirstProblem = counts.Problem,
        };
    }

    private void AddChannel(
        TagSeries tag, int[] rows, List<RecordedChannel> channels, List<DroppedColumn> dropped, List<string> notes)
    {
        var reader = new ChannelValues(_shape, tag.Name);
        var values = Array.ConvertAll(rows, r => r < 0 ? float.NaN : reader.Take(r, columns.Value, columns.Quality));
        if (!reader.HasAny)
        {
            var why = reader.FirstText.Length > 0 ? $"holds text, such as \"{reader.FirstText}\"" : "has no good value";
            dropped.Add(new DroppedColumn(tag.Name, why));
            return;
        }
        reader.Finish(values, notes);
        channels.Add(new RecordedChannel(tag.Name, values));
    }

    private RecordingException Refused(string what) =>
        new($"{source.Name}:{_shape.Table.Line(source.Usable.Rows[0])}: column \"{_shape.Names[columns.Tag]}\" {what}");
}
