namespace EdgeAgent.Pipeline.Formats.Times;

/// <summary>The system's descriptions of time zones, which minimal systems and containers lack.</summary>
internal static class ZoneData
{
    private const string UsualFolder = "/usr/share/zoneinfo";

    public static string Folder => Environment.GetEnvironmentVariable("TZDIR") is { Length: > 0 } folder ? folder : UsualFolder;

    public static bool Exists => Directory.Exists(Folder) && Directory.EnumerateFileSystemEntries(Folder).Any();

    /// <summary>The names of all zones, for suggestions.</summary>
    public static IEnumerable<string> Names => TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id);
}
