using System.Runtime.InteropServices;

namespace EdgeAgent.Pipeline.Common;

/// <summary>Whether the machine's clock is set by a time service, as the kernel or systemd-timesyncd tells.</summary>
internal static partial class ClockState
{
    private const string TimesyncMark = "/run/systemd/timesync/synchronized";
    private const int Unsynchronised = 0x0040;
    private const int ClockError = 5;
    // Larger than struct timex of any 64-bit Linux; its status lies behind modes, offset, freq, maxerror and esterror.
    private const int TimexBytes = 256;
    private const int StatusOffset = 40;

    /// <summary>Asks now; false where nobody can tell.</summary>
    public static unsafe bool IsSynced()
    {
        if (File.Exists(TimesyncMark)) return true;
        if (!OperatingSystem.IsLinux()) return false;
        var timex = stackalloc byte[TimexBytes];
        new Span<byte>(timex, TimexBytes).Clear();
        try
        {
            // Modes 0: only asks.
            var state = Adjtimex(timex);
            return state >= 0 && state != ClockError && (*(int*)(timex + StatusOffset) & Unsynchronised) == 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    private static unsafe partial int Adjtimex(byte* timex);
}
