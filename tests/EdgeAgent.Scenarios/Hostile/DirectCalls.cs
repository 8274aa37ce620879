using System.Runtime.InteropServices;
using EdgeAgent.Trials;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>
/// System calls as a hostile library would make them, each chosen so that it succeeds where nothing forbids it, and harms nobody.
/// </summary>
internal static unsafe partial class DirectCalls
{
    private const int WorkingFolder = -100;
    private const int ReadableAndWritable = 3, Shared = 1, Private = 2, Anonymous = 0x20, GrowsDown = 0x100;
    private const int ReadLock = 0, SetLock = 6, SetLease = 1024, BytesThatWait = 0x541B;
    private const int ExclusiveNoWait = 2 | 4;
    private const int OpenFiles = 7;
    private const int ChangeModeNew = 452;

    /// <summary>What succeeded.</summary>
    public static IEnumerable<string> ThatSucceed(string file)
    {
        using var open = File.OpenHandle(file);
        var (handle, parent) = ((nint)open.DangerousGetHandle(), Call(Number("getppid", 110, 173)));
        var room = (nint)NativeMemory.AllocZeroed(4096);
        var path = Marshal.StringToCoTaskMemUTF8(file);
        (string What, nint Answer)[] tried =
        [
            ("look at another process's limits", Call(SystemCalls.Limits.Number, parent, OpenFiles, 0, room)),
            ("set its own limits", SetOwnLimits(room)),
            ("set a priority", Call(Number("setpriority"), 0, 0, 0)),
            ("choose another's processors", ChooseProcessors(parent, room)),
            ("choose its schedule", Call(Number("sched_setscheduler"), 0, 0, room + 2048)),
            ("take shared memory", Call(SystemCalls.Map.Number, 0, 1 << 20, ReadableAndWritable, Shared | Anonymous, -1, 0)),
            ("take a stack that no limit counts",
                Call(SystemCalls.Map.Number, 0, 1 << 20, ReadableAndWritable, Private | Anonymous | GrowsDown, -1, 0)),
            ("make a file in memory", Call(Number("memfd_create"), path, 0)),
            ("make memory that stays", Call(Number("shmget"), 0, 4096, 0x180)),
            ("change a file's times", Call(Number("utimensat"), WorkingFolder, path, 0, 0)),
            ("change a file's rights in a new way", Call(ChangeModeNew, WorkingFolder, path, 0x180, 0)),
            ("speak to a device", Call(SystemCalls.Control.Number, handle, BytesThatWait, room)),
            ("lock a file", Call(Number("flock"), handle, ExclusiveNoWait)),
            ("lock a part of a file", LockPart(handle, room)),
            ("take a lease on a file", Call(SystemCalls.FileControl.Number, handle, SetLease, ReadLock)),
        ];
        return tried.Where(t => t.Answer is < -4095 or >= 0).Select(t => t.What).ToList();
    }

    private static nint SetOwnLimits(nint room)
    {
        _ = Call(SystemCalls.Limits.Number, 0, OpenFiles, 0, room);
        return Call(SystemCalls.Limits.Number, 0, OpenFiles, room, 0);
    }

    private static nint ChooseProcessors(nint process, nint room)
    {
        var bytes = Call(Number("sched_getaffinity", 204, 123), process, 1024, room);
        return Call(SystemCalls.ChooseProcessors.Number, process, bytes, room);
    }

    /// <summary>struct flock: a type of 16 bits, whence, start, length; from the beginning to the end of the file.</summary>
    private static nint LockPart(nint handle, nint room)
    {
        NativeMemory.Clear((void*)room, 64);
        return Call(SystemCalls.FileControl.Number, handle, SetLock, room);
    }

    private static nint Number(string name) => SystemCalls.Useless.Single(c => c.Name == name).Number;

    private static nint Number(string name, int x64, int arm64) => new SystemCall(name, x64, arm64).Number;

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Call(
        nint number, nint first = 0, nint second = 0, nint third = 0, nint fourth = 0, nint fifth = 0, nint sixth = 0);
}
