using System.Runtime.InteropServices;

namespace EdgeAgent.Trials;

/// <summary>
/// Has the kernel refuse this process the system calls that a model has no use for (seccomp): networks, other programs and processes,
/// mounts, modules, and files other than for reading. Refused means EPERM, as by a file that may not be opened. For all threads, for good.
/// </summary>
internal static partial class SystemCallFilter
{
    private const uint Allow = 0x7FFF0000;
    private const uint Refuse = 0x00050000 | 1;
    private const uint NotThere = 0x00050000 | 38;
    private const uint Clone3 = 435, OpenAt2 = 437;
    private const uint OtherTable = 0x40000000;
    private const uint ThreadFlag = 0x00010000;
    // Anything but reading: O_WRONLY, O_RDWR, O_CREAT, O_TRUNC.
    private const uint WriteFlags = 0x1 | 0x2 | 0x40 | 0x200;

    private const ushort LoadWord = 0x20, IfEqual = 0x15, IfAtLeast = 0x35, IfAnyBit = 0x45, Return = 0x06;
    private const uint NumberAt = 0, MachineAt = 4, ArgumentsAt = 16;

    private const int SetModeFilter = 1, AllThreads = 1;
    private const int SetFilter = 22, FilterMode = 2;

    [StructLayout(LayoutKind.Sequential)]
    private struct Step
    {
        public ushort Code;
        public byte IfTrue, IfFalse;
        public uint Value;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;
        public nint Steps;
    }

    /// <summary>Null: it holds from now on; else why it cannot be had. Before it, the process must have given up new privileges.</summary>
    public static unsafe string? Apply()
    {
        if (SystemCalls.OfThisMachine is not { } calls) return "the numbers of this processor's system calls are not known";
        var steps = Build(calls);
        fixed (Step* first = steps)
        {
            var program = new FilterProgram { Length = (ushort)steps.Length, Steps = (nint)first };
            if (Call((nint)calls.Seccomp, SetModeFilter, AllThreads, (nint)(&program)) == 0) return null;
            // A service's own filter may know only the older form, which holds for this thread and those that it starts.
            return Control(SetFilter, FilterMode, (nint)(&program), 0, 0) == 0
                ? null : Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        }
    }

    private static Step[] Build(SystemCalls calls)
    {
        List<Step> steps =
        [
            Load(MachineAt), If(IfEqual, calls.Machine, 1, 0), Give(Refuse),
            // Numbers of another table on the same processor (x32).
            Load(NumberAt), If(IfAtLeast, OtherTable, 0, 1), Give(Refuse),
        ];
        foreach (var call in calls.Useless)
            steps.AddRange([If(IfEqual, call, 0, 1), Give(Refuse)]);
        // Their arguments lie behind a pointer: whoever calls them is told that they do not exist, and takes the older form.
        foreach (var call in new[] { Clone3, OpenAt2 })
            steps.AddRange([If(IfEqual, call, 0, 1), Give(NotThere)]);
        steps.AddRange(Checked(calls.OpenAt, argument: 2, If(IfAnyBit, WriteFlags, 0, 1), Refuse, Allow));
        if (calls.Open > 0) steps.AddRange(Checked(calls.Open, argument: 1, If(IfAnyBit, WriteFlags, 0, 1), Refuse, Allow));
        steps.AddRange(Checked(calls.Clone, argument: 0, If(IfAnyBit, ThreadFlag, 0, 1), Allow, Refuse));
        steps.AddRange(Checked(calls.SignalThread, argument: 0, If(IfEqual, (uint)Environment.ProcessId, 0, 1), Allow, Refuse));
        steps.Add(Give(Allow));
        return [.. steps];
    }

    /// <summary>Decides a call by one of its arguments; other calls go on behind it.</summary>
    private static Step[] Checked(uint call, uint argument, Step test, uint ifTrue, uint ifFalse) =>
        [If(IfEqual, call, 0, 4), Load(ArgumentsAt + 8 * argument), test, Give(ifTrue), Give(ifFalse)];

    private static Step Load(uint at) => new() { Code = LoadWord, Value = at };

    private static Step If(ushort test, uint value, byte skipIfTrue, byte skipIfFalse) =>
        new() { Code = test, Value = value, IfTrue = skipIfTrue, IfFalse = skipIfFalse };

    private static Step Give(uint answer) => new() { Code = Return, Value = answer };

    // As it is declared it takes any number of arguments; on both processors these are passed as those of any function.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint operation, nint flags, nint program);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nint mode, nint program, nint fourth, nint fifth);
}
