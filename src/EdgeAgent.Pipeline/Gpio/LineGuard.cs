using System.Diagnostics;
using System.Globalization;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>
/// The guard as the agent sees it: a process of the same program that hears on a pipe which lines are held. The kernel
/// closes the pipe when the agent ends, however it does; a pipe that closes without a goodbye is what the guard waits for.
/// </summary>
/// <param name="start">Starts the process, its standard input being the pipe.</param>
/// <param name="time">The clock.</param>
internal sealed class LineGuard(Func<Process> start, TimeProvider time) : ILineGuard
{
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    private readonly Dictionary<LineAddress, bool> _held = [];
    private readonly long _started = time.GetTimestamp();
    private Process? _process;
    private TimeSpan _due;

    public string? Trouble { get; private set; }

    public void Hold(LineAddress address, bool safeLevel)
    {
        _held[address] = safeLevel;
        if (_process is null) Start();
        else Send(Words(address, safeLevel));
    }

    public void Release(LineAddress address)
    {
        if (_held.Remove(address))
            Send(string.Create(CultureInfo.InvariantCulture, $"{GuardDuty.Release} {address.Chip} {address.Offset}"));
    }

    public void Check()
    {
        if (_held.Count == 0) return;
        if (_process is { HasExited: true } ended) Lose($"the guard ended with exit code {ended.ExitCode}");
        if (_process is null && time.GetElapsedTime(_started) >= _due) Start();
    }

    public void Done()
    {
        Send(GuardDuty.Goodbye);
        _held.Clear();
    }

    public void Dispose()
    {
        _process?.Dispose();
        _process = null;
    }

    private void Start()
    {
        try
        {
            _process = start();
            Trouble = null;
            foreach (var (address, safeLevel) in _held)
                Send(Words(address, safeLevel));
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException or InvalidOperationException)
        {
            Lose($"the guard cannot be started: {e.Message}");
        }
    }

    private void Send(string words)
    {
        try
        {
            _process?.StandardInput.WriteLine(words);
            _process?.StandardInput.Flush();
        }
        catch (IOException e)
        {
            Lose($"the guard does not hear: {e.Message}");
        }
    }

    private void Lose(string trouble)
    {
        Trouble = trouble;
        Dispose();
        _due = time.GetElapsedTime(_started) + _backoff.Next();
    }

    private static string Words(LineAddress address, bool safeLevel) =>
        string.Create(CultureInfo.InvariantCulture, $"{GuardDuty.Hold} {address.Chip} {address.Offset} {(safeLevel ? 1 : 0)}");
}
