using System.Runtime.InteropServices;

namespace EdgeAgent.Inference.Sessions;

/// <summary>How long a thread of this process has been computing, as the kernel counts it.</summary>
internal static partial class ThreadTime
{
    // The clock of a thread: its number, inverted, then "of a thread" and "time on a processor".
    private const int ClockShift = 3, ClockKind = 4 | 2;

    [ThreadStatic] private static int _own;

    /// <summary>The kernel's number of the thread that asks.</summary>
    public static int OwnThread => _own != 0 ? _own : _own = (int)Call(NumberCall);

    private static nint NumberCall => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 186 : 178;

    /// <summary>Null: the kernel does not tell, as of a thread that has ended.</summary>
    public static TimeSpan? Of(int thread) => GetTime((~thread << ClockShift) | ClockKind, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000) : null;

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds, Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Call(nint number);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);
}
