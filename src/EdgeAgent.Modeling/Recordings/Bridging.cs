using EdgeAgent.Recordings;

namespace EdgeAgent.Modeling.Recordings;

/// <summary>Makes a recording of whole rows, as a model is fitted and judged with, of one whose values may be missing.</summary>
internal static class Bridging
{
    // Readings for which the last value may stand in for a missing one.
    private const int HoldLimit = 10;

    /// <summary>The recording of some channels; short holes are bridged, longer ones leave rows out.</summary>
    /// <param name="raw">All that the file holds.</param>
    /// <param name="channels">Which to take, each in the file.</param>
    /// <param name="notes">Told what was done.</param>
    /// <exception cref="ModelingException">Nothing is left.</exception>
    public static Recording Take(RawRecording raw, IReadOnlyList<string> channels, List<string> notes)
    {
        var values = channels.Select(c => (float[])raw.Find(c)!.Clone()).ToArray();
        var isGap = new bool[raw.Rows];
        for (var c = 0; c < values.Length; c++)
            Bridge(raw, values[c], channels[c], isGap, notes);
        var rows = Enumerable.Range(0, raw.Rows).Where(r => !isGap[r]).ToArray();
        if (rows.Length == 0)
            throw new ModelingException(
                $"{raw.Name}:{raw.Lines[0]}: no row has a value, or a recent one, in each of {string.Join(", ", channels)}; "
                + "leave columns out with --channels");
        if (rows.Length < raw.Rows)
            notes.Add($"{raw.Rows - rows.Length} of {raw.Rows} readings left out as gaps: "
                + $"a value was missing for more than {HoldLimit} readings, or had not come yet");
        return new Recording(
            raw.Name,
            [.. channels],
            [.. rows.Select(r => new DateTime(raw.Ticks[r], DateTimeKind.Utc))],
            [.. rows.Select(r => raw.TimeTexts[r])],
            [.. rows.SelectMany(r => values.Select(v => v[r]))],
            raw.Labels is null ? null : [.. rows.Select(r => raw.Labels[r])]) { Lines = [.. rows.Select(r => raw.Lines[r])] };
    }

    private static void Bridge(RawRecording raw, float[] values, string channel, bool[] isGap, List<string> notes)
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
        if (held > 0)
            notes.Add($"{CsvShape.Count(held, "missing value")} in \"{channel}\" replaced by the one before, "
                + $"first at line {raw.Lines[first]}");
    }
}
