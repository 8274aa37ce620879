namespace EdgeAgent.Recordings.Tables;

/// <summary>A table, its time and its usable rows, as both kinds of tables need them.</summary>
internal sealed record TableSource(
    CsvShape Shape, TimeColumn Time, TimeReader Reader, UsableRows Usable, string Name, LabelColumn Labels)
{
    /// <summary>Some of the usable rows by what stands in the columns, in the order in which it first comes.</summary>
    public List<(string Key, List<int> Indices)> By(int[] columns, List<int> indices)
    {
        if (columns.Length == 0) return [("", indices)];
        var groups = new List<(string Key, List<int> Indices)>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = places.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var i in indices)
        {
            var key = Shape.Table.Cell(Usable.Rows[i], columns[0]);
            if (columns.Length > 1) key = string.Join(' ', columns.Select(c => Shape.Table.Cell(Usable.Rows[i], c).ToString()));
            if (!lookup.TryGetValue(key, out var place))
            {
                lookup[key] = place = groups.Count;
                groups.Add((key.ToString(), []));
            }
            groups[place].Indices.Add(i);
        }
        return groups;
    }

    /// <summary>Those rows in the order of time, one a moment.</summary>
    public (int[] Rows, long[] Ticks) Arrange(List<int> indices, List<string> notes)
    {
        var rows = indices.ConvertAll(i => Usable.Rows[i]);
        var (order, ticks) = TimeOrder.Arrange(
            [.. indices.Select(i => Usable.Ticks[i])], i => $"{Name}:{Shape.Table.Line(rows[i])}", i => Reader.Text(rows[i]), notes);
        return (Array.ConvertAll(order, i => rows[i]), ticks);
    }

    /// <summary>Finds the label, and tells which others there are.</summary>
    public int Label(Func<int, bool> isOther, List<DroppedColumn> dropped)
    {
        var labels = Enumerable.Range(0, Shape.Names.Length)
            .Where(c => c != Time.Column && c != Time.Clock && !isOther(c) && Labels.Is(Shape, c))
            .OrderByDescending(c => Labels.IsNamed(Shape.Names[c]))
            .ToArray();
        if (Labels.HasName && labels is [var best, ..] && !Labels.IsNamed(Shape.Names[best])) return -1;
        foreach (var other in labels.Skip(1))
            dropped.Add(new DroppedColumn(Shape.Names[other], $"another label; \"{Shape.Names[labels[0]]}\" is used"));
        return labels is [var first, ..] ? first : -1;
    }

    public bool[]? Marks(int[] rows, int column) =>
        column < 0 ? null : Array.ConvertAll(rows, r => LabelColumn.IsSet(Shape, Shape.Table.Cell(r, column)));
}
