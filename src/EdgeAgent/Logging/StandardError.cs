using System.Runtime.InteropServices;
using EdgeAgent.Files;

namespace EdgeAgent.Logging;

/// <summary>Takes the log's bytes.</summary>
internal interface ILogOutput
{
    /// <summary>Writes some of the bytes and gives their number; 0 when nobody took any within <paramref name="limit"/>.</summary>
    /// <exception cref="IOException">It cannot be written to.</exception>
    int Write(ReadOnlySpan<byte> bytes, TimeSpan limit);
}

/// <summary>
/// Standard error. It waits for room for a limited time before it writes, for a write into a full pipe waits for ever; .NET's own
/// stream holds a lock on all of the console meanwhile.
/// </summary>
/// <param name="descriptor">Where it writes to; 2 is standard error.</param>
internal sealed partial class StandardError(int descriptor = 2) : ILogOutput
{
    private const int Interrupted = 4, TryAgain = 11;
    /// <summary>A pipe that has room at all has room for a page.</summary>
    private const int PageBytes = 4096;

    public int Write(ReadOnlySpan<byte> bytes, TimeSpan limit)
    {
        // A signal ends the wait, too: whoever wrote then would wait for ever.
        if (Poll.Wait([new PollRequest(descriptor, Poll.Writable)], (int)limit.TotalMilliseconds) <= 0) return 0;
        var written = WriteBytes(descriptor, bytes, (nuint)Math.Min(bytes.Length, PageBytes));
        if (written >= 0) return (int)written;
        var error = Marshal.GetLastPInvokeError();
        return error is Interrupted or TryAgain ? 0 : throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteBytes(int descriptor, ReadOnlySpan<byte> bytes, nuint count);
}
