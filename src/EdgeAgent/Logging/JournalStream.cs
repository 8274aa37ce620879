namespace EdgeAgent.Logging;

/// <summary>Whether standard error goes to the journal.</summary>
internal static class JournalStream
{
    /// <summary>systemd says which device and file number the journal's end has.</summary>
    public static bool IsStandardError() => Is(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), StandardErrorTarget());

    /// <param name="stream">Device and file number, as <c>JOURNAL_STREAM</c> has them.</param>
    /// <param name="target">Where standard error leads, as the kernel writes it: <c>socket:[NUMBER]</c>.</param>
    public static bool Is(string? stream, string? target) =>
        stream is not null && target is not null && stream.IndexOf(':') is var colon and > 0
        && target.EndsWith($":[{stream[(colon + 1)..]}]", StringComparison.Ordinal);

    private static string? StandardErrorTarget()
    {
        try
        {
            return File.ResolveLinkTarget("/proc/self/fd/2", returnFinalTarget: false)?.Name;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
