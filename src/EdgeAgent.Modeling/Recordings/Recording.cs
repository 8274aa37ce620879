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

    /// <summary>One row's values, one per channel.</summary>
    public ReadOnlySpan<float> Row(int row) => Values.AsSpan(row * Channels.Length, Channels.Length);

    /// <summary>Line of the file that holds <paramref name="row"/>; line 1 is the header.</summary>
    public static int LineOf(int row) => row + 2;
}
