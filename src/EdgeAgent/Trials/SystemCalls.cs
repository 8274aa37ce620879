using System.Runtime.InteropServices;
using static EdgeAgent.Trials.SystemCall;

namespace EdgeAgent.Trials;

/// <summary>
/// The system calls that the filter decides about. Numbers are those of Linux's <c>asm/unistd_64.h</c> (x86-64) and
/// <c>asm-generic/unistd.h</c> (ARM64); <c>tests/system-call-numbers</c> compares.
/// </summary>
internal static class SystemCalls
{
    /// <summary>Sets the filter.</summary>
    public static readonly SystemCall Seccomp = new("seccomp", 317, 277);
    /// <summary>Opens a file; allowed for reading.</summary>
    public static readonly SystemCall OpenAt = new("openat", 257, 56);
    /// <summary>The older form of it.</summary>
    public static readonly SystemCall Open = new("open", 2, None);
    /// <summary>Starts a thread, which is allowed, or a process, which is not.</summary>
    public static readonly SystemCall Clone = new("clone", 56, 220);
    /// <summary>Sends a signal to a thread; allowed within the process.</summary>
    public static readonly SystemCall SignalThread = new("tgkill", 234, 131);
    /// <summary>Chooses processors; allowed for the thread that asks, for .NET does so wherever a thread begins.</summary>
    public static readonly SystemCall ChooseProcessors = new("sched_setaffinity", 203, 122);
    /// <summary>Tells or sets limits; the process may ask for its own.</summary>
    public static readonly SystemCall Limits = new("prlimit64", 302, 261);
    /// <summary>Takes memory; allowed where the limit on memory counts it.</summary>
    public static readonly SystemCall Map = new("mmap", 9, 222);
    /// <summary>Does something with a device: its lines of GPIO, say. Allowed: to ask whether it is a terminal.</summary>
    public static readonly SystemCall Control = new("ioctl", 16, 29);
    /// <summary>Does something with an open file; allowed are its flags and copies of it, not locks.</summary>
    public static readonly SystemCall FileControl = new("fcntl", 72, 25);

    /// <summary>
    /// Their arguments lie behind a pointer: whoever calls them is told that they do not exist, and takes the older form.
    /// </summary>
    public static readonly SystemCall[] Hidden = [new("clone3", 435, 435), new("openat2", 437, 437)];

    /// <summary>From here on they are newer than this list (fchmodat2, say), and told not to exist, too.</summary>
    public const uint FirstUnknown = 443;

    /// <summary>Calls that a model has no use for: always refused.</summary>
    public static readonly SystemCall[] Useless =
    [
        // Networks.
        new("socket", 41, 198), new("connect", 42, 203), new("accept", 43, 202), new("accept4", 288, 242), new("sendto", 44, 206),
        new("recvfrom", 45, 207), new("sendmsg", 46, 211), new("recvmsg", 47, 212), new("sendmmsg", 307, 269),
        new("recvmmsg", 299, 243), new("shutdown", 48, 210), new("bind", 49, 200), new("listen", 50, 201), new("socketpair", 53, 199),
        // Other programs and processes, what they compute with, how much they get of the machine.
        new("fork", 57, None), new("vfork", 58, None), new("execve", 59, 221), new("execveat", 322, 281), new("kill", 62, 129),
        new("tkill", 200, 130), new("rt_sigqueueinfo", 129, 138), new("rt_tgsigqueueinfo", 297, 240), new("ptrace", 101, 117),
        new("process_vm_readv", 310, 270), new("process_vm_writev", 311, 271), new("kcmp", 312, 272), new("setpriority", 141, 140),
        new("ioprio_set", 251, 30), new("sched_setparam", 142, 118), new("sched_setscheduler", 144, 119),
        new("sched_setattr", 314, 274), new("migrate_pages", 256, 238),
        new("move_pages", 279, 239),
        // Memory that no limit counts, and that others see.
        new("memfd_create", 319, 279), new("shmget", 29, 194), new("shmat", 30, 196), new("shmctl", 31, 195), new("shmdt", 67, 197),
        new("semget", 64, 190), new("semop", 65, 193), new("semctl", 66, 191), new("semtimedop", 220, 192), new("msgget", 68, 186),
        new("msgsnd", 69, 189), new("msgrcv", 70, 188), new("msgctl", 71, 187), new("mq_open", 240, 180), new("mq_unlink", 241, 181),
        new("mq_timedsend", 242, 182), new("mq_timedreceive", 243, 183), new("mq_notify", 244, 184), new("mq_getsetattr", 245, 185),
        // Mounts, the machine and its clock, the kernel.
        new("mount", 165, 40), new("umount2", 166, 39), new("pivot_root", 155, 41), new("chroot", 161, 51), new("setns", 308, 268),
        new("unshare", 272, 97), new("swapon", 167, 224), new("swapoff", 168, 225), new("reboot", 169, 142),
        new("sethostname", 170, 161), new("setdomainname", 171, 162), new("init_module", 175, 105), new("delete_module", 176, 106),
        new("finit_module", 313, 273), new("kexec_load", 246, 104), new("kexec_file_load", 320, 294), new("bpf", 321, 280),
        new("perf_event_open", 298, 241), new("userfaultfd", 323, 282), new("add_key", 248, 217), new("request_key", 249, 218),
        new("keyctl", 250, 219), new("fanotify_init", 300, 262), new("quotactl", 179, 60), new("acct", 163, 89),
        new("settimeofday", 164, 170), new("clock_settime", 227, 112), new("adjtimex", 159, 171), new("clock_adjtime", 305, 266),
        new("iopl", 172, None), new("ioperm", 173, None), new("personality", 135, 92), new("syslog", 103, 116),
        new("vhangup", 153, 58), new("sync", 162, 81), new("syncfs", 306, 267),
        // Other rights, and other limits.
        new("setrlimit", 160, 164), new("setuid", 105, 146), new("setgid", 106, 144), new("setreuid", 113, 145),
        new("setregid", 114, 143),
        new("setgroups", 116, 159), new("setresuid", 117, 147), new("setresgid", 119, 149), new("setfsuid", 122, 151),
        new("setfsgid", 123, 152), new("capset", 126, 91),
        // Files other than for reading, and their locks, for which the agent would wait.
        new("name_to_handle_at", 303, 264), new("open_by_handle_at", 304, 265), new("creat", 85, None), new("truncate", 76, 45),
        new("ftruncate", 77, 46), new("fallocate", 285, 47), new("flock", 73, 32), new("rename", 82, None), new("renameat", 264, 38),
        new("renameat2", 316, 276), new("mkdir", 83, None), new("mkdirat", 258, 34), new("rmdir", 84, None), new("link", 86, None),
        new("linkat", 265, 37), new("unlink", 87, None), new("unlinkat", 263, 35), new("symlink", 88, None),
        new("symlinkat", 266, 36), new("mknod", 133, None), new("mknodat", 259, 33), new("chmod", 90, None), new("fchmod", 91, 52),
        new("fchmodat", 268, 53), new("chown", 92, None), new("fchown", 93, 55), new("fchownat", 260, 54), new("lchown", 94, None),
        new("utime", 132, None), new("utimes", 235, None), new("futimesat", 261, None), new("utimensat", 280, 88),
        new("setxattr", 188, 5), new("lsetxattr", 189, 6), new("fsetxattr", 190, 7), new("removexattr", 197, 14),
        new("lremovexattr", 198, 15), new("fremovexattr", 199, 16),
        // Since Linux 5.1 with one number on every processor.
        new("pidfd_send_signal", 424, 424), new("io_uring_setup", 425, 425), new("io_uring_enter", 426, 426),
        new("io_uring_register", 427, 427), new("open_tree", 428, 428), new("move_mount", 429, 429), new("fsopen", 430, 430),
        new("fsconfig", 431, 431), new("fsmount", 432, 432), new("fspick", 433, 433), new("pidfd_open", 434, 434),
        new("pidfd_getfd", 438, 438), new("process_madvise", 440, 440), new("mount_setattr", 442, 442),
    ];

    /// <summary>This processor, as the kernel names it to a filter (AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64); null: its numbers are not
    /// known here.</summary>
    public static uint? Machine => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 0xC000003E,
        Architecture.Arm64 => 0xC00000B7,
        _ => null,
    };
}
