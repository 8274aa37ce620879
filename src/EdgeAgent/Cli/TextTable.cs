namespace EdgeAgent.Cli;

/// <summary>Columns of text, each as wide as its widest cell. A heading that begins with <c>&gt;</c> stands at the right.</summary>
internal sealed class TextTable(params string[] headings)
{
    /// <summary>A device may have a name of 256 bytes, and would push the other columns out of sight.</summary>
    private const int CellLimit = 80;

    private readonly List<string[]> _rows = [[.. headings.Select(h => h.TrimStart('>'))]];

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(c => Cut(Words.Printable(c)))]);

    /// <summary>Writes the table; <paramref name="colour"/> may dress a finished line.</summary>
    public void Print(TextWriter output, string indent, Func<int, string, string>? colour = null)
    {
        var widths = headings.Select((_, c) => _rows.Max(r => r[c].Length)).ToArray();
        for (var r = 0; r < _rows.Count; r++)
        {
            var cells = _rows[r].Select((cell, c) => headings[c].StartsWith('>') ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]));
            var line = indent + string.Join("  ", cells).TrimEnd();
            output.WriteLine(colour is null ? line : colour(r - 1, line));
        }
    }

    private static string Cut(string cell)
    {
        if (cell.Length <= CellLimit) return cell;
        // Not within a pair of surrogates.
        var end = char.IsHighSurrogate(cell[CellLimit - 2]) ? CellLimit - 2 : CellLimit - 1;
        return cell[..end] + "…";
    }
}
