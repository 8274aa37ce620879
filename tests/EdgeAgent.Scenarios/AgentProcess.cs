using System.Collections.Concurrent;
using System.Diagnostics;

namespace EdgeAgent.Scenarios;

/// <summary>The agent as its own process, with its log.</summary>
internal sealed class AgentProcess : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "edgeagent.dll");
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Process _process;

    private AgentProcess(string[] arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", ["exec", Program, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true },
        };
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>TCP ports that the process listens on.</summary>
    public IReadOnlyList<int> ListeningPorts()
    {
        var sockets = Directory.EnumerateFiles($"/proc/{_process.Id}/fd").Select(f => File.ResolveLinkTarget(f, false)?.Name ?? "").ToHashSet();
        return [.. File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6"))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f[3] == "0A" && sockets.Contains($"socket:[{f[9]}]"))
            .Select(f => Convert.ToInt32(f[1].Split(':')[1], 16))];
    }

    public string Log => string.Join('\n', _log);

    public static AgentProcess Start(params string[] arguments) => new(arguments);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output)> Run(params string[] arguments)
    {
        using var agent = Start(arguments);
        await agent._process.WaitForExitAsync();
        return (agent._process.ExitCode, agent.Log);
    }

    public Task Says(string text) => Eventually.Holds(() => Log.Contains(text), () => $"the agent does not say \"{text}\":\n{Log}");

    /// <summary>SIGKILL: no handler runs.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM, or another signal, and the exit code.</summary>
    public async Task<int> Stop(string signal = "TERM")
    {
        using (var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
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
