using System.Runtime.InteropServices;

namespace EdgeAgent.Trials;

/// <summary>Sets what the kernel keeps of a process; see prctl(2).</summary>
internal static partial class ProcessControl
{
    /// <summary>False: it cannot be had; <see cref="Reason"/> says why.</summary>
    public static bool Set(int option, nint second, nint third = 0) => Call(option, second, third, 0, 0) == 0;

    /// <summary>Why the last call failed.</summary>
    public static string Reason() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Call(int option, nint second, nint third, nint fourth, nint fifth);
}
