using System.Runtime.InteropServices;

namespace EdgeAgent.Trials;

/// <summary>The system calls that the filter decides about, by their numbers: each processor has a table of its own.</summary>
internal sealed class SystemCalls
{
    /// <summary>The processor, as the kernel names it to a filter: AUDIT_ARCH_X86_64 or AUDIT_ARCH_AARCH64.</summary>
    public required uint Machine { get; init; }
    /// <summary>Sets the filter.</summary>
    public required uint Seccomp { get; init; }
    /// <summary>Opens a file; allowed for reading.</summary>
    public required uint OpenAt { get; init; }
    /// <summary>The older form of it; 0: this processor has none.</summary>
    public uint Open { get; init; }
    /// <summary>Starts a thread, which is allowed, or a process, which is not.</summary>
    public required uint Clone { get; init; }
    /// <summary>Sends a signal to a thread; allowed within the process.</summary>
    public required uint SignalThread { get; init; }
    /// <summary>Calls that a model has no use for: always refused.</summary>
    public required uint[] Useless { get; init; }

    /// <summary>Those of this processor; null: its numbers are not known here.</summary>
    public static SystemCalls? OfThisMachine => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => X64,
        Architecture.Arm64 => Arm64,
        _ => null,
    };

    // Calls since Linux 5.1 have one number on every processor: io_uring_*, pidfd_*, open_tree to mount_setattr, process_madvise.
    private static readonly uint[] New = [424, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 440, 442];

    private static readonly SystemCalls X64 = new()
    {
        Machine = 0xC000003E, Seccomp = 317, OpenAt = 257, Open = 2, Clone = 56, SignalThread = 234,
        Useless =
        [
            // socket, connect, accept, send*, recv*, shutdown, bind, listen, socketpair.
            41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 53, 288, 299, 307,
            // fork, vfork, execve, execveat; kill, tkill, rt_sigqueueinfo, rt_tgsigqueueinfo; ptrace, process_vm_*, kcmp.
            57, 58, 59, 322, 62, 200, 129, 297, 101, 310, 311, 312,
            // mount, umount2, pivot_root, chroot, setns, unshare, swapon, swapoff, reboot, sethostname, setdomainname.
            165, 166, 155, 161, 308, 272, 167, 168, 169, 170, 171,
            // Modules, kexec, bpf, perf_event_open, userfaultfd, keys, file handles, quotactl, acct, clocks, iopl, ioperm, personality.
            175, 176, 313, 246, 320, 321, 298, 323, 248, 249, 250, 303, 304, 179, 163, 164, 227, 159, 305, 172, 173, 135,
            // creat, truncate, rename*, mkdir*, rmdir, link*, unlink*, symlink*, mknod*, chmod, fchmod*, chown, fchown*, lchown, setxattr*.
            85, 76, 82, 264, 316, 83, 258, 84, 86, 265, 87, 263, 88, 266, 133, 259, 90, 91, 268, 92, 93, 94, 260, 188, 189, 190,
            .. New,
        ],
    };

    private static readonly SystemCalls Arm64 = new()
    {
        Machine = 0xC00000B7, Seccomp = 277, OpenAt = 56, Clone = 220, SignalThread = 131,
        Useless =
        [
            // As above, in the same order; this table has no old forms.
            198, 203, 202, 206, 211, 207, 212, 210, 200, 201, 199, 242, 243, 269,
            221, 281, 129, 130, 138, 240, 117, 270, 271, 272,
            40, 39, 41, 51, 268, 97, 224, 225, 142, 161, 162,
            105, 106, 273, 104, 294, 280, 241, 282, 217, 218, 219, 264, 265, 60, 89, 170, 112, 171, 266, 92,
            45, 38, 276, 34, 37, 35, 36, 33, 52, 53, 54, 55, 5, 6, 7,
            .. New,
        ],
    };
}
