using System.Diagnostics;
using System.Text;

namespace EdgeAgent.Deploy.Tests;

/// <summary>A process, and what it says on both streams.</summary>
internal sealed class Running : IDisposable
{
    /// <summary>Emulated, on a busy machine, the slowest command takes a few seconds.</summary>
    private static readonly TimeSpan PatienceLimit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private Running(ProcessStartInfo start)
    {
        start.WorkingDirectory = Repository.Root;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;
    public string Output { get { lock (_output) return _output.ToString(); } }
    public string Said { get { lock (_output) lock (_errors) return _output.ToString() + _errors; } }
    public StreamWriter Input => _process.StandardInput;

    public static Running Start(string program, params IEnumerable<string> arguments) => new(new ProcessStartInfo(program, arguments));

    /// <summary>Runs it to its end, which must be a good one, and gives its standard output.</summary>
    public static string ToEnd(string program, params IEnumerable<string> arguments)
    {
        using var run = Start(program, arguments);
        Assert.True(run.ExitCode() == 0, $"{program} {string.Join(' ', arguments)}\n{run.Said}");
        return run.Output;
    }

    public int ExitCode()
    {
        _process.StandardInput.Close();
        Assert.True(_process.WaitForExit(PatienceLimit), $"still running after {PatienceLimit}:\n{Said}");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void WaitFor(string text) => Eventually.Holds(() => Said.Contains(text, StringComparison.Ordinal), () => $"no \"{text}\" in:\n{Said}");

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static void Add(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.Append(line).Append('\n');
    }
}
