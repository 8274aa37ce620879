using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>The kernel's GPIO calls (linux/gpio.h), with their structures as plain bytes.</summary>
internal static unsafe partial class GpioCalls
{
    public const uint ChipInfo = 0x8044_B401;
    public const uint LineInfoV1 = 0xC048_B402;
    public const uint LineInfo = 0xC100_B405;
    public const uint RequestLines = 0xC250_B407;
    public const uint GetValues = 0xC010_B40E;
    public const uint SetValues = 0xC010_B40F;

    public const int NoRight = 1, NoEntry = 2, NoDevice = 19, Invalid = 22, AccessDenied = 13, Busy = 16, NotTyped = 25;

    public const ulong Used = 1 << 0, Input = 1 << 2, Output = 1 << 3, PullUp = 1 << 8, PullDown = 1 << 9, NoBias = 1 << 10;

    /// <summary>0, or the error's number.</summary>
    public static int Call(SafeFileHandle handle, uint request, Span<byte> argument)
    {
        var isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            fixed (byte* bytes = argument)
            {
                const int interrupted = 4;
                while (true)
                {
                    if (Control((int)handle.DangerousGetHandle(), request, bytes) >= 0) return 0;
                    if (Marshal.GetLastPInvokeError() is var error && error != interrupted) return error;
                }
            }
        }
        finally
        {
            if (isHeld) handle.DangerousRelease();
        }
    }

    /// <summary>A text of the kernel: up to its first zero.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int file, nuint request, byte* argument);
}
