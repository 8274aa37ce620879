using System.Diagnostics;
using System.Text;

namespace EdgeAgent.Publish.Tests;

/// <summary>A process and what it says. The ARM64 program goes through tests/arm64/run-arm64.</summary>
internal sealed class ProgramRun : IDisposable
{
    /// <summary>Emulated, on a busy machine, the slowest command takes a few seconds.</summary>
    private static readonly TimeSpan PatienceLimit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private ProgramRun(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, bool hasInput)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = hasInput, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output { get { lock (_output) return _output.ToString(); } }
    public string Errors { get { lock (_errors) return _errors.ToString(); } }
    public StreamWriter Input => _process.StandardInput;

    public static ProgramRun Start(string program, params string[] arguments) => new(program, arguments, null, hasInput: true);

    public static ProgramRun Start(string program, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(program, arguments, environment, hasInput: false);

    public static ProgramRun StartAgent(string target, params string[] arguments) => StartAgent(target, null, arguments);

    public static ProgramRun StartAgent(string target, IReadOnlyDictionary<string, string>? environment, params string[] arguments) =>
        target == "linux-arm64"
            ? new(Path.Combine(Published.Repository, "tests", "arm64", "run-arm64"), [Published.Program(target), .. arguments], environment, hasInput: false)
            : new(Published.Program(target), arguments, environment, hasInput: false);

    /// <summary>Runs the published agent to its end and gives the exit code.</summary>
    public static int Agent(string target, out string said, params string[] arguments)
    {
        using var run = StartAgent(target, arguments);
        var code = run.WaitForExit();
        said = run.Output + run.Errors;
        return code;
    }

    public int WaitForExit()
    {
        Assert.True(_process.WaitForExit(PatienceLimit), $"still running after {PatienceLimit}:\n{Output}{Errors}");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Waits until the program has said so, on either stream.</summary>
    public void WaitFor(string text)
    {
        var watch = Stopwatch.StartNew();
        while (!Errors.Contains(text, StringComparison.Ordinal) && !Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, $"ended without \"{text}\":\n{Output}{Errors}");
            Assert.True(watch.Elapsed < PatienceLimit, $"no \"{text}\" within {PatienceLimit}:\n{Output}{Errors}");
            Thread.Sleep(50);
        }
    }

    /// <summary>SIGKILL: no handler runs.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Sends a signal to this process alone, by its name.</summary>
    /// <remarks>By bash, for a small Debian has no program of the name kill.</remarks>
    public void Signal(string name)
    {
        using var kill = Process.Start("bash", ["-c", $"kill -{name} {_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Asks it to end as a service manager does, and gives the exit code.</summary>
    public int Terminate()
    {
        Signal("TERM");
        return WaitForExit();
    }

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
