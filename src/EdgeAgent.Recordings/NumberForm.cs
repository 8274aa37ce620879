using System.Buffers;
using System.Globalization;

namespace EdgeAgent.Recordings;

/// <summary>What a cell holds, as far as a number is wanted.</summary>
internal enum CellKind { Missing, Number, Endless, Text }

/// <summary>How a file spells numbers: with a decimal point or a decimal comma.</summary>
/// <param name="DecimalComma">1,5 is one and a half, 1.234,5 one thousand and more.</param>
internal readonly record struct NumberForm(bool DecimalComma)
{
    // What is larger is a code for "no value"; no sensor measures it.
    private const double Absurd = 1e30;
    private const int LengthLimit = 64;

    private static readonly SearchValues<char> NumberLetters = SearchValues.Create("0123456789.,+-eE\u2212" + Blanks);
    // What separates thousands besides point and comma: blanks of any width, and the Swiss apostrophe.
    private const string Blanks = " \u00A0\u202F\u2009'\u2019";
    private static readonly SearchValues<char> AnyBlank = SearchValues.Create(Blanks);
    private static readonly SearchValues<char> Special = SearchValues.Create(",\u2212" + Blanks);

    private static readonly HashSet<string> MissingTexts = new(StringComparer.OrdinalIgnoreCase)
        {
            "", "-", "--", "---", "?", ".",
            "nan", "null", "na", "n/a", "#n/a", "none", "nil", "missing", "<null>", "(null)", "#value!", "#div/0!", "nat",
        };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Missing =
        MissingTexts.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a cell says that there is no value.</summary>
    public static bool IsMissing(ReadOnlySpan<char> cell) => Missing.Contains(cell);

    public CellKind Read(ReadOnlySpan<char> cell, out double value)
    {
        value = double.NaN;
        if (IsMissing(cell)) return CellKind.Missing;
        if (cell.Length > LengthLimit) return CellKind.Text;
        if (!TryParse(cell, out value)) return CellKind.Text;
        if (double.IsNaN(value)) return CellKind.Missing;
        return Math.Abs(value) < Absurd ? CellKind.Number : CellKind.Endless;
    }

    private bool TryParse(ReadOnlySpan<char> cell, out double value)
    {
        const NumberStyles Style = NumberStyles.Float;
        if (cell.IndexOfAny(Special) < 0 && !DecimalComma)
            return double.TryParse(cell, Style, CultureInfo.InvariantCulture, out value) || IsEndless(cell, out value);
        Span<char> copy = stackalloc char[LengthLimit];
        var length = 0;
        value = double.NaN;
        if (cell.IndexOfAny(AnyBlank) is >= 0 and var blank && !GroupsThousands(cell, cell[blank])) return false;
        foreach (var c in cell)
        {
            if (c == (DecimalComma ? '.' : ',') && GroupsThousands(cell, c)) continue;
            if (Blanks.Contains(c)) continue;
            copy[length++] = c == '\u2212' ? '-' : c == ',' && DecimalComma ? '.' : c == ',' ? 'x' : c;
        }
        return double.TryParse(copy[..length], Style, CultureInfo.InvariantCulture, out value) || IsEndless(cell, out value);
    }

    /// <summary>One to three digits, then groups of three: 1.234.567. A single point in a file of decimal commas is a point.</summary>
    private bool GroupsThousands(ReadOnlySpan<char> cell, char mark)
    {
        var whole = cell.TrimStart("+-\u2212");
        if (DecimalComma && mark == '.' && !whole.Contains(',') && whole.Count('.') == 1) return false;
        var end = whole.IndexOf(DecimalComma ? ',' : '.');
        if (end >= 0) whole = whole[..end];
        var first = whole.IndexOf(mark);
        if (first is < 1 or > 3 || whole[0] == '0') return false;
        for (var at = first; at < whole.Length; at += 4)
            if (whole[at] != mark || at + 4 > whole.Length || whole.Slice(at + 1, 3).IndexOfAnyExceptInRange('0', '9') >= 0) return false;
        return true;
    }

    private static bool IsEndless(ReadOnlySpan<char> cell, out double value)
    {
        var sign = cell is ['-', ..] ? -1 : 1;
        var bare = cell.TrimStart("+-");
        var endless = bare.Equals("inf", StringComparison.OrdinalIgnoreCase)
            || bare.Equals("infinity", StringComparison.OrdinalIgnoreCase)
            || bare is "∞";
        value = endless ? sign * double.PositiveInfinity : double.NaN;
        return endless;
    }

    /// <summary>Finds the form of a file from a part of its rows.</summary>
    /// <param name="table">Its cells.</param>
    /// <param name="separator">Between them; a comma can then be part of a number in quotes only.</param>
    /// <param name="notes">Told where nothing but likelihood decides.</param>
    /// <param name="rowLimit">Rows to look at.</param>
    public static NumberForm Of(CsvTable table, char separator, List<string>? notes = null, int rowLimit = 2000)
    {
        if (separator == ',' && !table.HasQuotes) return default;
        int comma = 0, point = 0, either = 0;
        var example = "";
        for (var row = 0; row < Math.Min(table.Rows, rowLimit); row++)
            for (var column = 0; column < table.Columns(row); column++)
            {
                var before = either;
                Weigh(table.Cell(row, column), ref comma, ref point, ref either);
                if (before == 0 && either > 0) example = table.Cell(row, column).ToString();
            }
        if (comma > 0 || point > 0 || either == 0)
            return new NumberForm(comma > point || comma == point && comma > 0 && separator != ',');
        // Thousands would have smaller neighbours, without a comma, and other columns a decimal point.
        var isDecimal = !HasWholeBesideComma(table, Math.Min(table.Rows, rowLimit));
        // Where something else separates the cells, hardly anyone means thousands.
        var form = isDecimal ? "decimal comma" : "comma between thousands";
        if (separator == ',' || !isDecimal) notes?.Add($"\"{example}\" and its like are read with a {form}: "
            + (isDecimal ? "no number of the file has a decimal point" : "the same column has smaller numbers without one"));
        return new NumberForm(isDecimal);
    }

    /// <summary>Whether a column that has numbers such as 1,234 has whole numbers below 1000, too.</summary>
    private static bool HasWholeBesideComma(CsvTable table, int rows)
    {
        var (commas, wholes) = (new HashSet<int>(), new HashSet<int>());
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < table.Columns(row); column++)
            {
                var digits = table.Cell(row, column).TrimStart("+-");
                if (digits.Contains(',')) commas.Add(column);
                // No one writes 0,000 for nothing.
                else if (digits.Length is > 0 and <= 3 && digits is not "0" && digits.IndexOfAnyExceptInRange('0', '9') < 0)
                    wholes.Add(column);
            }
        return commas.Overlaps(wholes);
    }

    private static void Weigh(ReadOnlySpan<char> cell, ref int comma, ref int point, ref int either)
    {
        if (UnitSuffix.TrySplit(cell, out var number, out _)) cell = number;
        if (cell.IsEmpty || cell.Length > LengthLimit || cell.IndexOfAnyExcept(NumberLetters) >= 0) return;
        var (lastComma, lastPoint) = (cell.LastIndexOf(','), cell.LastIndexOf('.'));
        if (lastComma < 0 && lastPoint < 0) return;
        if (lastComma < 0) { if (cell.Count('.') == 1) point++; }
        else if (lastPoint > lastComma) point++;
        else if (lastPoint >= 0) comma++;
        else if (cell.Count(',') > 1) point++;
        else if (cell.Length - lastComma - 1 != 3
            || cell.TrimStart("+-") is ['0', ..]
            || lastComma > 3 + (cell[0] is '+' or '-' ? 1 : 0))
            comma++;
        else either++;
    }
}
