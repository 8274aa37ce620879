namespace EdgeAgent.Modeling.Recordings;

/// <summary>One file as it was read, before it is settled which of its columns are taken: missing values are still NaN.</summary>
/// <param name="Name">Path below the data folder.</param>
/// <param name="Lines">Line of the file behind each row.</param>
/// <param name="Ticks">Each row's time, strictly rising.</param>
/// <param name="TimeTexts">The same as the file spells it.</param>
/// <param name="Columns">Each channel's values, by name in the file's order.</param>
/// <param name="Labels">Null where no column is a label.</param>
/// <param name="LabelName">Its name.</param>
/// <param name="Dropped">Columns that are no channel, each with the reason.</param>
/// <param name="Notes">What was unusual about the file.</param>
internal sealed record RawRecording(
    string Name, int[] Lines, long[] Ticks, string[] TimeTexts, List<(string Name, float[] Values)> Columns, bool[]? Labels, string? LabelName,
    List<(string Column, string Why)> Dropped, List<string> Notes)
{
    /// <summary>Readings for which the last value may stand in for a missing one.</summary>
    public const int HoldLimit = 10;

    public int Rows => Ticks.Length;

    public float[]? Find(string channel) => Columns.FirstOrDefault(c => Same(c.Name, channel)).Values;

    public static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    public double MissingShare(float[] values) => Rows == 0 ? 1 : values.Count(float.IsNaN) / (double)Rows;

    /// <summary>The recording of some channels; short holes are bridged, longer ones leave rows out.</summary>
    /// <exception cref="ModelingException">Nothing is left.</exception>
    public Recording Take(IReadOnlyList<string> channels)
    {
        var values = channels.Select(c => (float[])Find(c)!.Clone()).ToArray();
        var isGap = new bool[Rows];
        for (var c = 0; c < values.Length; c++)
            Bridge(values[c], channels[c], isGap);
        var rows = Enumerable.Range(0, Rows).Where(r => !isGap[r]).ToArray();
        if (rows.Length == 0)
            throw new ModelingException($"{Name}:{Lines[0]}: no row has a value, or a recent one, in each of {string.Join(", ", channels)}; leave columns out with --channels");
        if (rows.Length < Rows)
            Notes.Add($"{Rows - rows.Length} of {Rows} readings left out as gaps: a value was missing for more than {HoldLimit} readings, or had not come yet");
        return new Recording(Name, [.. channels], [.. rows.Select(r => new DateTime(Ticks[r], DateTimeKind.Utc))], [.. rows.Select(r => TimeTexts[r])],
            [.. rows.SelectMany(r => values.Select(v => v[r]))], Labels is null ? null : [.. rows.Select(r => Labels[r])]) { Lines = [.. rows.Select(r => Lines[r])] };
    }

    private void Bridge(float[] values, string channel, bool[] isGap)
    {
        var (held, first) = (0, -1);
        for (var r = 0; r < values.Length; r++)
        {
            if (!float.IsNaN(values[r])) continue;
            var end = r;
            while (end < values.Length && float.IsNaN(values[end])) end++;
            if (r > 0 && end - r <= HoldLimit)
            {
                if (held == 0) first = r;
                held += end - r;
                Array.Fill(values, values[r - 1], r, end - r);
            }
            else
            {
                Array.Fill(isGap, true, r, end - r);
            }
            r = end;
        }
        if (held > 0) Notes.Add($"{CsvShape.Count(held, "missing value")} in \"{channel}\" replaced by the one before, first at line {Lines[first]}");
    }
}
