using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Inference.Tensors;

/// <summary>
/// The order of values in what we hand to models and take from them: rows of a window one behind the other, or features one behind
/// the other, each with a value a channel. Here it is said how many there are, and in which other orders graphs may have them.
/// </summary>
public static class WindowOrder
{
    /// <summary>Values of a window: of all its readings, or of its features.</summary>
    public static int InputLength(BundleManifest m) => InputRows(m) * m.Channels.Count;

    /// <summary>Values that count of what a model gives for one.</summary>
    public static int OutputLength(BundleManifest m) => OutputRows(m) * (IsScore(m) ? 1 : m.Channels.Count);

    /// <summary>Whether a model gives a number a window, and not readings.</summary>
    public static bool IsScore(BundleManifest m) => m.Output.Kind == "score";

    /// <summary>
    /// Whether what a model gives ends with the newest reading as it expected it: the readings of a window, or of one reading its
    /// values.
    /// </summary>
    public static bool GivesReadings(BundleManifest m) =>
        !IsScore(m) && m.Input.Features is null or [{ Stat: "mean", Over: 1, Squash: "none" }];

    /// <summary>Readings that a graph is given, or features.</summary>
    internal static int SeenRows(BundleManifest m) => InputRows(m) - (m.Output.Kind == "forecast" ? Horizon(m) : 0);

    /// <summary>Readings, or features, that count of its output.</summary>
    internal static int OutputRows(BundleManifest m) => m.Output.Kind switch
    {
        "score" => 1,
        "forecast" => Horizon(m),
        _ => InputRows(m),
    };

    /// <summary>Readings that a forecast is of.</summary>
    public static int Horizon(BundleManifest m) => m.Output.Horizon ?? 1;

    /// <summary>Channel after channel, where we have reading after reading.</summary>
    /// <param name="rows">Readings.</param>
    /// <param name="channels">Channels.</param>
    internal static int[] ByChannel(int rows, int channels) =>
        [.. Enumerable.Range(0, rows * channels).Select(i => i % rows * channels + i / rows)];

    /// <summary>All values of one channel.</summary>
    internal static int[] OfChannel(int channel, int rows, int channels) =>
        [.. Enumerable.Range(0, rows).Select(row => row * channels + channel)];

    /// <summary>The first values.</summary>
    internal static int[] First(int count) => [.. Enumerable.Range(0, count)];

    private static int InputRows(BundleManifest m) => m.Input.Features is { } features ? features.Count : m.Window.Length;
}
