using System.Runtime.InteropServices;

namespace EdgeAgent.Mqtt.Transport;

/// <summary>Lets any thread wake the one that waits in <c>poll</c>: an eventfd, see eventfd(2).</summary>
internal sealed partial class WakeEvent : IDisposable
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    private readonly Lock _gate = new();
    private int _handle;
    private int _isSet;

    public WakeEvent()
    {
        _handle = EventFd(0, NonBlocking | CloseOnExec);
        if (_handle < 0) throw new IOException($"no eventfd (errno {Marshal.GetLastPInvokeError()}): too many open files?");
    }

    /// <summary>For <c>poll</c>.</summary>
    public int Handle => _handle;

    /// <summary>Wakes the thread that waits, or the next one that does. Many calls before it wakes cost one system call.</summary>
    public unsafe void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) != 0) return;
        lock (_gate)
        {
            if (_handle < 0) return;
            ulong one = 1;
            _ = Write(_handle, &one, sizeof(ulong));
        }
    }

    /// <summary>Takes the mark back. What was asked for before must be looked at after this call.</summary>
    public unsafe void Reset()
    {
        ulong count;
        _ = Read(_handle, &count, sizeof(ulong));
        Interlocked.Exchange(ref _isSet, 0);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_handle >= 0) _ = Close(_handle);
            _handle = -1;
        }
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static unsafe partial nint Write(int handle, void* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "read")]
    private static unsafe partial nint Read(int handle, void* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
