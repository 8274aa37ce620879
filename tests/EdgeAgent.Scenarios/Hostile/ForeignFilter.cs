using System.Runtime.InteropServices;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>A filter of system calls that allows all and belongs to one thread, which takes none from other threads then.</summary>
internal static unsafe partial class ForeignFilter
{
    private const int NoNewPrivileges = 38, SetFilter = 22, FilterMode = 2;
    private const ushort Return = 0x06;
    private const uint Allow = 0x7FFF0000;

    public static void OnAnotherThread()
    {
        using var isSet = new ManualResetEventSlim();
        new Thread(() =>
        {
            ulong allowAll = Return | (ulong)Allow << 32;
            var program = stackalloc nint[2];
            (program[0], program[1]) = (1, (nint)(&allowAll));
            if (Control(NoNewPrivileges, 1, 0, 0, 0) != 0 || Control(SetFilter, FilterMode, (nint)program, 0, 0) != 0)
                throw new InvalidOperationException("the kernel takes no filter");
            isSet.Set();
            Thread.Sleep(Timeout.Infinite);
        }) { IsBackground = true }.Start();
        isSet.Wait();
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nint second, nint third, nint fourth, nint fifth);
}
