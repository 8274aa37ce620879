using System.Runtime.InteropServices;
using EdgeAgent.Hosting;

namespace EdgeAgent.Trials;

/// <summary>
/// Has the kernel refuse this process the system calls that a model has no use for (seccomp): networks, other programs and processes,
/// mounts, modules, devices, shared memory, and files other than for reading. Refused means EPERM, as by a file that may not be
/// opened. For all threads, for good.
/// </summary>
internal static partial class SystemCallFilter
{
    private const uint Allow = 0x7FFF0000;
    private const uint Refuse = 0x00050000 | 1;
    private const uint NotThere = 0x00050000 | 38;
    private const uint OtherTable = 0x40000000;
    private const uint ThreadFlag = 0x00010000;
    // Anything but reading: O_WRONLY, O_RDWR, O_CREAT, O_TRUNC.
    private const uint WriteFlags = 0x1 | 0x2 | 0x40 | 0x200;
    // A limit on a process's data counts neither what is shared nor what grows downwards.
    private const uint Shared = 0x1, Anonymous = 0x20, GrowsDown = 0x100, Writable = 0x2;

    // TCGETS and TCGETS2, by which a library asks whether it writes to a terminal.
    private static readonly uint[] ControlsAllowed = [0x5401, 0x802C542A];
    // F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC.
    private static readonly uint[] FileControlsAllowed = [0, 1, 2, 3, 4, 1030];

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

    /// <summary>
    /// Null: it holds from now on; else what of it cannot be had, and why. Before it, the process must have given up new privileges.
    /// </summary>
    public static unsafe string? Apply()
    {
        if (SystemCalls.Machine is not { } machine) return "the numbers of this processor's system calls are not known";
        var steps = Build(machine);
        fixed (Step* first = steps)
        {
            var program = new FilterProgram { Length = (ushort)steps.Length, Steps = (nint)first };
            var answer = Call(SystemCalls.Seccomp.Number, SetModeFilter, AllThreads, (nint)(&program));
            if (answer == 0) return null;
            var why = answer > 0 ? "another thread has a filter of its own" : ProcessControl.Reason();
            // A service's own filter may know only the older form.
            return ProcessControl.Set(SetFilter, FilterMode, (nint)(&program))
                ? $"it holds for the thread that tries, and not for the others: {why}" : ProcessControl.Reason();
        }
    }

    private static Step[] Build(uint machine)
    {
        List<Step> steps =
        [
            Load(MachineAt), If(IfEqual, machine, 1, 0), Give(Refuse),
            // Numbers of another table on the same processor (x32), then what is newer than our lists.
            Load(NumberAt), If(IfAtLeast, OtherTable, 0, 1), Give(Refuse),
            If(IfAtLeast, SystemCalls.FirstUnknown, 0, 1), Give(NotThere),
        ];
        foreach (var call in SystemCalls.Useless)
            steps.AddRange(Always(call, Refuse));
        foreach (var call in SystemCalls.Hidden)
            steps.AddRange(Always(call, NotThere));
        steps.AddRange(Decide(SystemCalls.OpenAt, argument: 2, Refuse, Allow, IfAnyBit, WriteFlags));
        steps.AddRange(Decide(SystemCalls.Open, argument: 1, Refuse, Allow, IfAnyBit, WriteFlags));
        steps.AddRange(Decide(SystemCalls.Clone, argument: 0, Allow, Refuse, IfAnyBit, ThreadFlag));
        steps.AddRange(Decide(SystemCalls.SignalThread, argument: 0, Allow, Refuse, IfEqual, (uint)Environment.ProcessId));
        steps.AddRange(Decide(SystemCalls.ChooseProcessors, argument: 0, Allow, Refuse, IfEqual, 0));
        steps.AddRange(TakeCountedMemory());
        steps.AddRange(Decide(SystemCalls.Control, argument: 1, Allow, Refuse, IfEqual, ControlsAllowed));
        steps.AddRange(Decide(SystemCalls.FileControl, argument: 1, Allow, Refuse, IfEqual, FileControlsAllowed));
        steps.AddRange(AskOwnLimits());
        steps.Add(Give(Allow));
        return [.. steps];
    }

    private static Step[] Always(SystemCall call, uint answer) =>
        call.Number < 0 ? [] : [If(IfEqual, (uint)call.Number, 0, 1), Give(answer)];

    /// <summary>Decides a call by one of its arguments, of which any of the values will do; other calls go on behind it.</summary>
    private static Step[] Decide(SystemCall call, uint argument, uint ifAny, uint otherwise, ushort test, params uint[] values)
    {
        if (call.Number < 0) return [];
        return
        [
            If(IfEqual, (uint)call.Number, 0, (byte)(values.Length + 3)), Load(ArgumentsAt + 8 * argument),
            .. values.Select((value, i) => If(test, value, (byte)(values.Length - i), 0)), Give(otherwise), Give(ifAny),
        ];
    }

    /// <summary>
    /// Nothing that is shared. While the program is developed it is compiled as it runs, and that maps libraries as shared files: then
    /// at least nothing that is shared and has no file, or may be written.
    /// </summary>
    private static Step[] TakeCountedMemory() =>
    [
        If(IfEqual, (uint)SystemCalls.Map.Number, 0, 8),
        Load(ArgumentsAt + 24), If(IfAnyBit, OwnProgram.IsCompiledAsItRuns ? GrowsDown : GrowsDown | Shared, 4, 0),
        If(IfAnyBit, Shared, 0, 4), If(IfAnyBit, Anonymous, 2, 0), Load(ArgumentsAt + 16), If(IfAnyBit, Writable, 0, 1),
        Give(Refuse), Give(Allow),
    ];

    /// <summary>Limits of itself (process 0), and no new ones (no place to take them from): the first argument and the third.</summary>
    private static Step[] AskOwnLimits() =>
    [
        If(IfEqual, (uint)SystemCalls.Limits.Number, 0, 8),
        Load(ArgumentsAt), If(IfEqual, 0, 0, 4),
        Load(ArgumentsAt + 16), If(IfEqual, 0, 0, 2), Load(ArgumentsAt + 20), If(IfEqual, 0, 1, 0),
        Give(Refuse), Give(Allow),
    ];

    private static Step Load(uint at) => new() { Code = LoadWord, Value = at };

    private static Step If(ushort test, uint value, byte skipIfTrue, byte skipIfFalse) =>
        new() { Code = test, Value = value, IfTrue = skipIfTrue, IfFalse = skipIfFalse };

    private static Step Give(uint answer) => new() { Code = Return, Value = answer };

    // As it is declared it takes any number of arguments; on both processors these are passed as those of any function.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint operation, nint flags, nint program);
}
