using System.Runtime.InteropServices;

namespace EdgeAgent.Hosting;

/// <summary>
/// SIGHUP, which asks for a reload. It is caught from the first moment on: one that came while the agent starts would end it. At a
/// terminal it means that the terminal is gone, and the agent goes with it as any program does.
/// </summary>
internal sealed class HangUp : IDisposable
{
    private readonly SemaphoreSlim _asked = new(0, 1);
    private readonly PosixSignalRegistration? _signal;

    public HangUp()
    {
        if (Console.IsInputRedirected) _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Note);
    }

    /// <summary>Ends when the signal comes; what came meanwhile counts as one.</summary>
    public Task WaitAsync(CancellationToken cancel) => _asked.WaitAsync(cancel);

    public void Dispose()
    {
        _signal?.Dispose();
        _asked.Dispose();
    }

    private void Note(PosixSignalContext context)
    {
        context.Cancel = true;
        try
        {
            _ = _asked.Release();
        }
        catch (SemaphoreFullException)
        {
            // Asked for already.
        }
    }
}
