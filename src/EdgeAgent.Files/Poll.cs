using System.Runtime.InteropServices;

namespace EdgeAgent.Files;

/// <summary>What is asked of a descriptor, and what came of it: <c>struct pollfd</c>.</summary>
/// <param name="Descriptor">Negative: nothing is asked.</param>
/// <param name="Events">What is waited for.</param>
/// <param name="Returned">What came; errors come whether asked for or not.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct PollRequest(int Descriptor, short Events, short Returned = 0);

/// <summary>Waits for descriptors; see poll(2).</summary>
public static partial class Poll
{
    /// <summary>There is something to read.</summary>
    public const short Readable = 1;
    /// <summary>There is room to write.</summary>
    public const short Writable = 4;
    /// <summary>POLLERR, POLLHUP and POLLNVAL, which come whether asked for or not.</summary>
    public const short Ended = 8 | 16 | 32;

    /// <summary>
    /// How many have something; 0: none by then. Negative: it failed, or a signal came, as
    /// <see cref="Marshal.GetLastPInvokeError"/> says.
    /// </summary>
    public static int Wait(Span<PollRequest> requests, int milliseconds) =>
        Call(ref MemoryMarshal.GetReference(requests), (nuint)requests.Length, milliseconds);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Call(ref PollRequest requests, nuint count, int milliseconds);
}
