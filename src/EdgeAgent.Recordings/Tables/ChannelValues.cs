namespace EdgeAgent.Recordings.Tables;

/// <summary>Reads the values of one channel, and counts what of its cells is none.</summary>
internal sealed class ChannelValues(CsvShape shape, string channel)
{
    private int _texts, _endless, _bad, _line;
    private string _text = "";

    /// <summary>Whether some cell held a number.</summary>
    public bool HasAny { get; private set; }

    /// <summary>What the first cell holds that is no number.</summary>
    public string FirstText => _text;

    /// <summary>The number in a cell; NaN where there is none, or where its quality is bad.</summary>
    public float Take(int row, int column, QualityColumn? quality)
    {
        var kind = shape.Read(row, column, out var value);
        if (kind == CellKind.Endless) _endless++;
        if (kind == CellKind.Text && _texts++ == 0) (_line, _text) = (shape.Table.Line(row), shape.Table.Cell(row, column).ToString());
        if (kind != CellKind.Number) return float.NaN;
        if (quality?.IsGood(shape, row) == false)
        {
            _bad++;
            return float.NaN;
        }
        HasAny = true;
        return (float)value;
    }

    /// <summary>Takes codes for "no value" out, and tells what was unusual.</summary>
    public void Finish(float[] values, List<string> notes)
    {
        if (_endless > 0)
            notes.Add($"{CsvShape.Count(_endless, "value")} in \"{channel}\" endless or beyond 1e30, taken for missing");
        if (_texts > 0)
            notes.Add($"{CsvShape.Count(_texts, "cell")} in \"{channel}\" no number, taken for missing; first \"{_text}\" at line {_line}");
        if (_bad > 0) notes.Add($"{CsvShape.Count(_bad, "value")} in \"{channel}\" of bad quality, taken for missing");
        if (Sentinels.Remove(values) is { } sentinels) notes.Add($"in \"{channel}\" {sentinels}");
    }
}
