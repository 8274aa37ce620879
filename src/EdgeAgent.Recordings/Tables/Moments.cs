namespace EdgeAgent.Recordings.Tables;

/// <summary>The values of one tag in the order of time.</summary>
/// <param name="Name">The tag.</param>
/// <param name="Rows">The table's row of each value.</param>
/// <param name="Ticks">Its time, strictly rising.</param>
internal sealed record TagSeries(string Name, int[] Rows, long[] Ticks)
{
    public TagSeries(string name, (int[] Rows, long[] Ticks) arranged) : this(name, arranged.Rows, arranged.Ticks) { }
}

/// <summary>
/// Which values of several tags belong together: those of one time, and those of tags that are asked one after the other, up to
/// half a step of the fastest of them. A moment has the time of its first value.
/// </summary>
internal sealed class Moments
{
    private readonly int[][] _rows;

    private Moments(int[][] rows, long[] ticks, int[] first) => (_rows, Ticks, FirstRows) = (rows, ticks, first);

    public int Count => Ticks.Length;

    /// <summary>Strictly rising.</summary>
    public long[] Ticks { get; }

    /// <summary>The table's row of each moment's first value.</summary>
    public int[] FirstRows { get; }

    /// <summary>The table's row of a tag's value at each moment; -1: it has none.</summary>
    public int[] RowsOf(int tag) => _rows[tag];

    public static Moments Of(List<TagSeries> series)
    {
        var values = new List<(long Ticks, int Row, int Tag)>(series.Sum(s => s.Rows.Length));
        for (var t = 0; t < series.Count; t++)
            for (var i = 0; i < series[t].Rows.Length; i++)
                values.Add((series[t].Ticks[i], series[t].Rows[i], t));
        values.Sort();
        var room = series.Min(HalfStep);
        // Which moment each value belongs to, before there is room for all.
        var (moment, ticks, first) = (new int[values.Count], new List<long>(), new List<int>());
        var last = new int[series.Count];
        Array.Fill(last, -1);
        for (var i = 0; i < values.Count; i++)
        {
            var (at, row, tag) = values[i];
            var isNew = ticks.Count == 0 || at != ticks[^1] && (at - ticks[^1] >= room || last[tag] == ticks.Count - 1);
            if (isNew)
            {
                ticks.Add(at);
                first.Add(row);
            }
            moment[i] = last[tag] = ticks.Count - 1;
        }
        var rows = series.ConvertAll(_ => Enumerable.Repeat(-1, ticks.Count).ToArray()).ToArray();
        for (var i = 0; i < values.Count; i++)
            rows[values[i].Tag][moment[i]] = values[i].Row;
        return new Moments(rows, [.. ticks], [.. first]);
    }

    private static long HalfStep(TagSeries tag)
    {
        if (tag.Ticks.Length < 2) return long.MaxValue;
        var steps = new long[tag.Ticks.Length - 1];
        for (var i = 1; i < tag.Ticks.Length; i++)
            steps[i - 1] = tag.Ticks[i] - tag.Ticks[i - 1];
        Array.Sort(steps);
        return steps[steps.Length / 2] / 2;
    }
}
