namespace EdgeAgent.Modeling.Recordings;

/// <summary>Readings of one device in the order of time, as one CSV file holds them.</summary>
/// <param name="Name">Path below the data folder with forward slashes, for example <c>valve1/0.csv</c>.</param>
/// <param name="Channels">Column names in the order of <paramref name="Values"/>.</param>
/// <param name="Times">Each row's time; strictly rising.</param>
/// <param name="TimeTexts">The times as the file spells them, for lists that other programs match by text.</param>
/// <param name="Values">Rows × channels, row after row, in the sensors' units.</param>
/// <param name="Labels">1 while a fault was on, or null in a file without labels. Used to measure, never to train.</param>
internal sealed record Recording(
    string Name,
    string[] Channels,
    DateTime[] Times,
    string[] TimeTexts,
    float[] Values,
    bool[]? Labels)
{
    public int Rows => Times.Length;

    /// <summary>Line of the file behind each row.</summary>
    public int[] Lines { get; init; } = [];

    /// <summary>How messages name a row: file and line.</summary>
    public string Where(int row) => $"{Name}:{(row < Lines.Length ? Lines[row] : LineOf(row))}";

    /// <summary>Seconds from one reading to the next, as is usual.</summary>
    public double StepSeconds
    {
        get
        {
            var steps = Times.Zip(Times.Skip(1), (a, b) => (b - a).TotalSeconds).Order().ToArray();
            return steps.Length == 0 ? 0 : steps[steps.Length / 2];
        }
    }

    /// <summary>Some of its rows, in order.</summary>
    public Recording Select(int[] rows) => this with
    {
        Times = [.. rows.Select(r => Times[r])],
        TimeTexts = [.. rows.Select(r => TimeTexts[r])],
        Values = [.. rows.SelectMany(r => Row(r).ToArray())],
        Labels = Labels is null ? null : [.. rows.Select(r => Labels[r])],
        Lines = Lines.Length == 0 ? [] : [.. rows.Select(r => Lines[r])],
    };

    /// <summary>Some of its channels, by their positions.</summary>
    public Recording SelectChannels(int[] positions) => this with
    {
        Channels = [.. positions.Select(p => Channels[p])],
        Values = [.. Enumerable.Range(0, Rows).SelectMany(r => positions.Select(p => Row(r)[p]))],
    };

    /// <summary>One row's values, one per channel.</summary>
    public ReadOnlySpan<float> Row(int row) => Values.AsSpan(row * Channels.Length, Channels.Length);

    /// <summary>Line of a plain file that holds <paramref name="row"/>; line 1 is the header.</summary>
    public static int LineOf(int row) => row + 2;
}
