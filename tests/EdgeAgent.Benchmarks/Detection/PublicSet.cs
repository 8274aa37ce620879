namespace EdgeAgent.Benchmarks.Detection;

/// <summary>Public recordings that a bundle is measured on.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Folder">Below the folder of all of them.</param>
/// <param name="Files">Pattern of its files.</param>
/// <param name="Bundle">The bundle below <c>models</c>.</param>
/// <param name="Source">Where they are to be had.</param>
/// <param name="Published">What others reached on them.</param>
internal sealed record PublicSet(string Name, string Folder, string Files, string Bundle, string Source, string Published)
{
    private const string Telemanom =
        "TSB-AD's slices of SMAP and MSL as .csv.gz, a column \"value\" and one \"label\" (https://github.com/TheDatumOrg/TSB-AD)";
    private const string Nab = "its data files and windows.json (https://github.com/numenta/NAB)";
    private const string Skab = "its folder data (https://github.com/waico/SKAB)";

    /// <summary>All channels, each judged for itself.</summary>
    public bool EachChannel { get; init; }
    /// <summary>A list of what is wrong, beside the files; null: they say it themselves.</summary>
    public string? Windows { get; init; }
    /// <summary>Files that do not count for volumes: their values are no measurements.</summary>
    public string? Without { get; init; }
    /// <summary>From one row to the next where files have no times.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>Whether it is judged in another unit, too.</summary>
    public bool InOtherUnits { get; init; }

    /// <remarks>A row of SMAP and MSL is taken to be a minute; the files do not say.</remarks>
    public static readonly PublicSet[] All =
    [
        new("SMAP+MSL, one channel", "telemanom", "U*", "single-channel", Telemanom,
            "VUS-PR: POLY 0.614, MOMENT-FT 0.598, Sub-PCA 0.515")
        {
            Step = TimeSpan.FromMinutes(1), InOtherUnits = true,
        },
        new("SMAP+MSL, first of many channels", "telemanom", "M*", "single-channel", Telemanom,
            "VUS-PR, all channels: KMeansAD 0.390, CNN 0.249, Donut 0.224")
        {
            Step = TimeSpan.FromMinutes(1),
        },
        new("SMAP+MSL, all of many channels", "telemanom", "M*", "many-channels", Telemanom, "the same")
        {
            Step = TimeSpan.FromMinutes(1), InOtherUnits = true,
        },
        new("NAB, seven files", "nab", "*.csv", "single-channel", Nab, "–") { Windows = "windows.json" },
        new("NAB, five files without key strokes", "nab", "*.csv", "single-channel", Nab, "VUS-PR: POLY 0.198")
        {
            Windows = "windows.json", Without = "rogue_agent",
        },
        new("SKAB, 34 experiments", "skab", "*.csv", "pump-health", Skab,
            "F1 / FAR / MAR: Conv-AE 0.78 / 13.6 / 28.0, MSET 0.78 / 39.7 / 14.1, T²+Q 0.76 / 26.6 / 24.9"),
        new("SKAB, the run without faults", "skab/anomaly-free", "*.csv", "pump-health", Skab, "–"),
        new("SKAB, that run, each channel", "skab/anomaly-free", "*.csv", "single-channel", Skab, "–") { EachChannel = true },
    ];
}
