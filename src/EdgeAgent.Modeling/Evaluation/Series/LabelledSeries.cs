using System.Globalization;
using System.IO.Compression;

namespace EdgeAgent.Modeling.Evaluation.Series;

/// <summary>
/// A file of readings as benchmarks publish them: CSV, also with <c>;</c> or packed as <c>.gz</c>, a row a step, oldest first. Columns that
/// hold no numbers are left out, for times do not matter there.
/// </summary>
/// <param name="Name">The file's name.</param>
/// <param name="Channels">Its columns but for labels and times.</param>
/// <param name="Values">Rows × channels, row after row.</param>
/// <param name="Labels">Whether something was wrong, from a column <c>label</c> or <c>anomaly</c>; null: there is none.</param>
/// <param name="Times">The first column where it holds no numbers, as it is spelled; otherwise empty.</param>
internal sealed record LabelledSeries(string Name, string[] Channels, float[] Values, bool[]? Labels, string[] Times)
{
    private static readonly string[] LabelNames = ["label", "anomaly"];
    /// <summary>SKAB marks the edges of faults, which are labelled already.</summary>
    private static readonly string[] OtherNames = ["changepoint"];

    /// <summary>From one row to the next as its first times have it; null: it has none.</summary>
    public TimeSpan? Step => Times.Length > 1
        && DateTime.TryParse(Times[0], CultureInfo.InvariantCulture, out var first)
        && DateTime.TryParse(Times[1], CultureInfo.InvariantCulture, out var second) && second > first ? second - first : null;

    public int Rows => Values.Length / Channels.Length;

    /// <summary>One channel.</summary>
    public float[] Column(int channel) => [.. Enumerable.Range(0, Rows).Select(row => Values[row * Channels.Length + channel])];

    /// <summary>All of it so many times, one behind the other.</summary>
    /// <param name="times">How often.</param>
    /// <param name="labels">What was wrong, of one time.</param>
    public LabelledSeries Repeated(int times, bool[]? labels) => this with
    {
        Values = [.. Enumerable.Repeat(Values, times).SelectMany(v => v)],
        Labels = labels is null ? null : [.. Enumerable.Repeat(labels, times).SelectMany(l => l)],
    };

    /// <exception cref="ModelingException">It has no header, no numbers, or a row that does not fit.</exception>
    public static LabelledSeries Read(string path)
    {
        string[] lines;
        try
        {
            lines = [.. Lines(path)];
        }
        catch (InvalidDataException e)
        {
            throw new ModelingException($"{path}: is no whole gzip file: {e.Message}", e);
        }
        if (lines.Length < 2) throw new ModelingException($"{path}: has no rows; expected a header and a row a step");
        var separator = lines[0].Contains(';', StringComparison.Ordinal) ? ';' : ',';
        var header = lines[0].Split(separator);
        string[][] rows = [.. lines[1..].Select(line => line.Split(separator))];
        for (var row = 0; row < rows.Length; row++)
            if (rows[row].Length != header.Length)
                throw new ModelingException($"{path}:{row + 2}: has {rows[row].Length} fields; the header has {header.Length}");
        int[] columns = [.. Enumerable.Range(0, header.Length)
            .Where(c => Number(rows[0][c]) is not null && !OtherNames.Contains(header[c]))];
        var label = Array.FindIndex(header, name => LabelNames.Contains(name));
        int[] channels = [.. columns.Where(c => c != label)];
        if (channels.Length == 0) throw new ModelingException($"{path}: no column holds numbers");
        return new LabelledSeries(
            Path.GetFileName(path), [.. channels.Select(c => header[c])],
            [.. rows.SelectMany((row, i) => channels.Select(c => Number(row[c]) ?? throw new ModelingException(
                $"{path}:{i + 2}: \"{row[c]}\" in column {header[c]} is no number")))],
            label < 0 ? null : [.. rows.Select(row => Number(row[label]) > 0)],
            columns.Contains(0) ? [] : [.. rows.Select(row => row[0])]);
    }

    private static float? Number(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number) ? number : null;

    private static IEnumerable<string> Lines(string path)
    {
        using var file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(plain);
        while (reader.ReadLine() is { } line)
            if (line.Length > 0)
                yield return line;
    }
}
