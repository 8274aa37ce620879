using EdgeAgent.Cli;
using EdgeAgent.Pipeline;

namespace EdgeAgent.Doctor;

/// <summary>This machine's clock: set by a time service, of a plausible year, and not being moved.</summary>
internal sealed class ClockFindings(TimeProvider time, Func<bool> isSynced)
{
    private const string Area = "clock";
    private const int PlausibleYear = 2025;
    private static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(0.5);

    private readonly DateTimeOffset _started = time.GetUtcNow();
    private readonly long _stamp = time.GetTimestamp();

    /// <param name="stateFolder">Files from the future there tell of a clock that was set back.</param>
    public IEnumerable<Finding> Check(string stateFolder)
    {
        var now = time.GetUtcNow();
        if (now.Year < PlausibleYear)
            yield return Finding.Bad(Area, $"it says {now:yyyy-MM-dd HH:mm} UTC, before this program was made",
                "set it (timedatectl), and let a time service keep it: certificates are refused, and events carry wrong times");
        else
            yield return isSynced()
                ? Finding.Fine(Area, $"{now:yyyy-MM-dd HH:mm:ss} UTC, kept by a time service")
                : Finding.Warning(Area, $"{now:yyyy-MM-dd HH:mm:ss} UTC, and no time service keeps it",
                    "systemctl enable --now systemd-timesyncd, or chrony: events stamped by this machine are marked unsynced");
        var step = now - _started - time.GetElapsedTime(_stamp);
        if (step.Duration() > StepLimit)
            yield return Finding.Warning(Area, $"it was set {(step > TimeSpan.Zero ? "forward" : "back")} by {step.Duration().TotalSeconds:0.0} s while this ran", "see which service sets it; two of them fight");
        if (Newest(stateFolder) is { } newest && newest > now + TimeSpan.FromMinutes(1))
            yield return Finding.Warning(
                Area, $"the state folder has files from the future, by {Words.Duration(newest - now)}: the clock was set back",
                "the agent measures ages by the monotonic clock and goes on; see that the clock is right now");
    }

    private static DateTimeOffset? Newest(string folder)
    {
        try
        {
            return Directory.Exists(folder)
                ? new DirectoryInfo(folder).EnumerateFiles().Select(f => (DateTimeOffset?)f.LastWriteTimeUtc).Max() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
