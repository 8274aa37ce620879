using System.Collections.Concurrent;
using System.Diagnostics;

namespace EdgeAgent.Scenarios;

/// <summary>The agent as its own process, with its log.</summary>
internal sealed class AgentProcess : IDisposable
{
    /// <summary>As it was built; or a published program, where the variable names one.</summary>
    private static readonly string[] Program = Environment.GetEnvironmentVariable("EDGEAGENT_PROGRAM") is { Length: > 0 } published
        ? [published]
        : ["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "edgeagent.dll")];
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Process _process;

    private AgentProcess(IReadOnlyDictionary<string, string> environment, string program, string[] arguments)
    {
        // Not at a terminal: there a hang-up would mean the terminal's end.
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>TCP ports that the process listens on.</summary>
    public IReadOnlyList<int> ListeningPorts()
    {
        var sockets = Directory.EnumerateFiles($"/proc/{_process.Id}/fd")
            .Select(TargetOf).ToHashSet();
        return [.. File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6"))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f[3] == "0A" && sockets.Contains($"socket:[{f[9]}]"))
            .Select(f => Convert.ToInt32(f[1].Split(':')[1], 16))];

        // The agent may close what was listed.
        static string TargetOf(string descriptor)
        {
            try
            {
                return File.ResolveLinkTarget(descriptor, false)?.Name ?? "";
            }
            catch (FileNotFoundException)
            {
                return "";
            }
        }
    }

    /// <summary>Resident memory, as the kernel counts it.</summary>
    public long ResidentBytes => Memory("VmRSS:");

    /// <summary>The most that was resident at any time.</summary>
    public long PeakResidentBytes => Memory("VmHWM:");

    private long Memory(string key) => 1024 * long.Parse(File.ReadLines($"/proc/{_process.Id}/status")
        .First(l => l.StartsWith(key, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

    public string Log => string.Join('\n', _log);

    public static AgentProcess Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <remarks>Tests that run under nohup would hand their deafness to SIGHUP on.</remarks>
    public static AgentProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(environment, "env", ["--default-signal=HUP", .. Program, .. arguments]);

    /// <summary>As systemd does: the variable has the device and number of what standard error leads to.</summary>
    public static AgentProcess StartUnderJournal(params string[] arguments) =>
        new(new Dictionary<string, string>(), "bash",
            ["-c", "export JOURNAL_STREAM=$(stat -L -c %d:%i /dev/stderr); exec \"$@\"", "bash", .. Program, .. arguments]);

    /// <summary>Its log goes through another program, which can be stopped.</summary>
    public static AgentProcess StartWithReader(params string[] arguments) =>
        new(new Dictionary<string, string>(), "bash",
            [
                "-c", "exec 3> >(echo \"reader $BASHPID\"; exec cat >&2); "
                    + "exec env --default-signal=HUP \"$@\" 2>&3 3>&-",
                "bash", .. Program, .. arguments,
            ]);

    private int Reader => int.Parse(_log.First(l => l.StartsWith("reader ", StringComparison.Ordinal))["reader ".Length..]);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output)> Run(params string[] arguments)
    {
        using var agent = Start(arguments);
        await agent._process.WaitForExitAsync();
        return (agent._process.ExitCode, agent.Log);
    }

    /// <summary>How many lines of the log say so.</summary>
    public int Count(string text) => _log.Count(line => line.Contains(text, StringComparison.Ordinal));

    public Task Says(string text) => Eventually.Holds(() => Log.Contains(text), () => $"the agent does not say \"{text}\":\n{Log}");

    /// <summary>SIGKILL: no handler runs.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>The exit code of one that ends by itself.</summary>
    public async Task<int> Ended()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return _process.ExitCode;
    }

    /// <summary>Waits for its end alone: whoever reads its log may be stopped, and holds the pipe to the test open.</summary>
    public Task EndsBeforeItsReader() => Eventually.Holds(() => _process.HasExited, () => "the agent has not ended");

    /// <summary>SIGTERM, or another signal, and the exit code.</summary>
    public async Task<int> Stop(string signal = "TERM")
    {
        await Signal(signal);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Sends a signal and goes on.</summary>
    public Task Signal(string signal) => Signal(signal, _process.Id);

    /// <summary>Stops the program that reads the log, and fills the pipe to it.</summary>
    public async Task StopReading()
    {
        await SignalReader("STOP");
        using var fill = Process.Start(
            "bash", ["-c", $"yes filled | dd of=/proc/{_process.Id}/fd/2 bs=1k count=1k oflag=nonblock 2>/dev/null"]);
        await fill.WaitForExitAsync();
    }

    /// <summary>Sends a signal to the program that reads the log, and goes on.</summary>
    public Task SignalReader(string signal) => Signal(signal, Reader);

    private static async Task Signal(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        await kill.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is not null) _log.Enqueue(line);
    }
}
