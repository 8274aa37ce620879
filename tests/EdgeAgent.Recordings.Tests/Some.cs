using System.Globalization;
using System.Text;

namespace EdgeAgent.Recordings.Tests;

/// <summary>Rows of two channels over a midnight, every five minutes, spelled in the way of a template.</summary>
internal static class Some
{
    public const int Rows = 48;

    public static DateTime Time(int row) => new DateTime(2024, 3, 9, 22, 50, 0, DateTimeKind.Utc).AddMinutes(5 * row);

    /// <summary>20 to 21.25.</summary>
    public static float A(int row) => 20 + row * 7 % 11 * 0.125f;

    /// <summary>-1.25 to -3.25.</summary>
    public static float B(int row) => -1.25f - row % 5 * 0.5f;

    /// <summary>
    /// A file of a header and a line for each row: {a} and {b} are values, {ac} and {bc} the same with a decimal comma, {i} counts
    /// from 0, {ms} is Unix time, {excel} and {matlab} are serial dates, {t:FORMAT} is the time, by default ISO 8601.
    /// </summary>
    public static string File(string header, string line, IEnumerable<int>? rows = null) =>
        header + string.Concat((rows ?? Enumerable.Range(0, Rows)).Select(r => Line(line, r) + "\n"));

    public static string Line(string line, int row)
    {
        var text = new StringBuilder();
        for (var at = 0; at < line.Length;)
        {
            var end = line[at] == '{' ? line.IndexOf('}', at) : -1;
            var value = end < 0 ? null : Value(line[(at + 1)..end], row);
            text.Append(value ?? line[at].ToString());
            at = value is null ? at + 1 : end + 1;
        }
        return text.ToString();
    }

    private static string? Value(string name, int row) => name switch
    {
        "a" => A(row).ToString("0.000", CultureInfo.InvariantCulture),
        "b" => B(row).ToString(CultureInfo.InvariantCulture),
        "ac" => A(row).ToString("0.000", CultureInfo.InvariantCulture).Replace('.', ','),
        "bc" => B(row).ToString(CultureInfo.InvariantCulture).Replace('.', ','),
        "i" => $"{row}",
        "n" => $"{row + 1}",
        "ms" => $"{(Time(row) - DateTime.UnixEpoch).TotalMilliseconds}",
        "excel" => (Days(row) + 25569).ToString("0.00000000", CultureInfo.InvariantCulture),
        "matlab" => (Days(row) + 719529).ToString("0.00000000", CultureInfo.InvariantCulture),
        "t" => Time(row).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        _ when name.StartsWith("t:", StringComparison.Ordinal) => Time(row).ToString(name[2..], CultureInfo.InvariantCulture),
        _ => null,
    };

    private static double Days(int row) => (Time(row) - DateTime.UnixEpoch).TotalDays;
}
