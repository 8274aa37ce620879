namespace EdgeAgent.Recordings;

/// <summary>Units that stand behind the numbers of a column, as in "20.03 °C" and "70.0%".</summary>
internal static class UnitSuffix
{
    private const int LengthLimit = 16;
    private const int SampleRows = 300;
    private const double UsualShare = 0.5;
    // What may stand between the digits of a number.
    private const string Marks = "., \u00A0\u202F\u2009'\u2019";
    private const string Signs = "%‰°º\"$€£Ω";

    /// <summary>Splits a cell into a number and what stands behind it; false where it is not that.</summary>
    public static bool TrySplit(ReadOnlySpan<char> cell, out ReadOnlySpan<char> number, out ReadOnlySpan<char> unit)
    {
        number = unit = default;
        if (cell.IsEmpty || cell[0] is not ('+' or '-' or '\u2212' or (>= '0' and <= '9') or '.' or ',')) return false;
        var end = NumberLength(cell);
        if (end == 0 || end == cell.Length) return false;
        unit = cell[end..].TrimStart();
        number = cell[..end].TrimEnd();
        return IsUnit(unit);
    }

    /// <summary>The unit of most numbers in a column; null where they have none.</summary>
    public static string? Of(CsvTable table, int column, int width, NumberForm numbers)
    {
        Dictionary<string, int>? counts = null;
        var filled = 0;
        var step = Math.Max(1, table.Rows / SampleRows);
        for (var row = 0; row < table.Rows; row += step)
        {
            if (table.Columns(row) < width) continue;
            var cell = table.Cell(row, column);
            if (NumberForm.IsMissing(cell)) continue;
            filled++;
            if (!TrySplit(cell, out var number, out var unit) || numbers.Read(number, out _) != CellKind.Number) continue;
            if (TimeText.TryRead(cell, out _)) continue;
            counts ??= new Dictionary<string, int>(StringComparer.Ordinal);
            counts[unit.ToString()] = counts.GetValueOrDefault(unit.ToString()) + 1;
        }
        if (counts is null) return null;
        var most = counts.MaxBy(c => c.Value).Key;
        return counts.Where(c => Factor(c.Key, most) > 0).Sum(c => c.Value) > UsualShare * filled ? most : null;
    }

    /// <summary>What a number in <paramref name="unit"/> is multiplied by to be one in <paramref name="wanted"/>; 0: unknown.</summary>
    public static double Factor(ReadOnlySpan<char> unit, ReadOnlySpan<char> wanted)
    {
        if (unit.SequenceEqual(wanted)) return 1;
        if (unit.EndsWith(wanted, StringComparison.Ordinal) && unit.Length == wanted.Length + 1) return Prefix(unit[0]);
        if (wanted.EndsWith(unit, StringComparison.Ordinal) && wanted.Length == unit.Length + 1)
            return Prefix(wanted[0]) is > 0 and var one ? 1 / one : 0;
        if (unit.Length < 2 || unit.Length != wanted.Length || !unit[1..].SequenceEqual(wanted[1..])) return 0;
        var (from, to) = (Prefix(unit[0]), Prefix(wanted[0]));
        return from > 0 && to > 0 ? from / to : 0;
    }

    private static double Prefix(char letter) => letter switch
    {
        'n' => 1e-9,
        'u' or 'µ' or 'μ' => 1e-6,
        'm' => 1e-3,
        'k' => 1e3,
        'M' => 1e6,
        'G' => 1e9,
        _ => 0,
    };

    private static int NumberLength(ReadOnlySpan<char> cell)
    {
        var at = cell[0] is '+' or '-' or '\u2212' ? 1 : 0;
        var digits = 0;
        for (; at < cell.Length; at++)
        {
            var next = at + 1 < cell.Length ? cell[at + 1] : ' ';
            if (char.IsAsciiDigit(cell[at])) digits++;
            else if (cell[at] is 'e' or 'E' && digits > 0 && (char.IsAsciiDigit(next) || next is '+' or '-')) at++;
            else if (!Marks.Contains(cell[at]) || !char.IsAsciiDigit(next)) break;
        }
        return digits > 0 ? at : 0;
    }

    /// <summary>Letters and signs; digits only where they belong to a unit, as in m3/h and inH2O.</summary>
    private static bool IsUnit(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > LengthLimit || !char.IsLetter(text[0]) && !Signs.Contains(text[0])) return false;
        for (var i = 1; i < text.Length; i++)
            if (char.IsAsciiDigit(text[i])
                ? !char.IsLetter(text[i - 1]) && text[i - 1] is not ('^' or '-')
                : text[i] is ':' or ',' or ';')
                return false;
        return true;
    }
}
