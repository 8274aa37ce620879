using System.Runtime.InteropServices;
using EdgeAgent.Logging;

namespace EdgeAgent.Tests.Logging;

/// <summary>Whatever happens while it waits for room, it never writes where there is none.</summary>
public sealed partial class StandardErrorTests
{
    private const int WindowChanged = 28;
    // gettid.
    private static readonly int ThreadId = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 178 : 186;

    [Fact]
    public void A_signal_while_it_waits_for_a_reader_does_not_make_it_write_into_a_full_pipe()
    {
        using var pipe = new FullPipe();
        // A handler, so that the signal ends the wait and nothing else.
        using var handled = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, context => context.Cancel = true);
        var (thread, taken) = (0, -1);
        var writer = new Thread(() =>
        {
            Volatile.Write(ref thread, (int)Call(ThreadId));
            taken = new StandardError(pipe.Input).Write("log\n"u8, TimeSpan.FromSeconds(60));
        }) { IsBackground = true };
        writer.Start();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref thread) != 0, TimeSpan.FromSeconds(30)));

        // It may not wait yet: again and again, until it has answered.
        for (var i = 0; i < 150 && !writer.Join(100); i++)
            Assert.Equal(0, SendSignal(Environment.ProcessId, thread, WindowChanged));

        Assert.True(writer.Join(0), "it waits for a reader that never comes");
        Assert.Equal(0, taken);
    }

    [Fact]
    public void Nobody_takes_anything_within_the_limit()
    {
        using var pipe = new FullPipe();
        Assert.Equal(0, new StandardError(pipe.Input).Write("log\n"u8, TimeSpan.FromMilliseconds(20)));
    }

    /// <summary>A pipe that nobody reads, and that takes no more.</summary>
    private sealed class FullPipe : IDisposable
    {
        private readonly System.IO.Pipes.AnonymousPipeServerStream _pipe = new();

        public FullPipe()
        {
            while (new StandardError(Input).Write(new byte[4096], TimeSpan.Zero) > 0)
            {
                // Until there is no room.
            }
        }

        public int Input => (int)_pipe.SafePipeHandle.DangerousGetHandle();

        public void Dispose() => _pipe.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Call(nint number);

    [LibraryImport("libc", EntryPoint = "tgkill")]
    private static partial int SendSignal(int process, int thread, int signal);
}
