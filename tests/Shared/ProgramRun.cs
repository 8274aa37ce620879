using System.Diagnostics;
using System.Text;

namespace EdgeAgent.TestSupport;

/// <summary>A process, and what it says on both streams. It starts in the repository's root.</summary>
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
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = hasInput,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
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
    public string Said => Output + Errors;
    public int Id => _process.Id;
    public StreamWriter Input => _process.StandardInput;

    public static ProgramRun Start(string program, params IEnumerable<string> arguments) => new(program, arguments, null, hasInput: true);

    /// <summary>With more variables, and without a standard input.</summary>
    public static ProgramRun Start(string program, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments) =>
        new(program, arguments, environment, hasInput: false);

    /// <summary>Runs it to its end, which must be a good one, and gives its standard output.</summary>
    public static string ToEnd(string program, params IEnumerable<string> arguments)
    {
        using var run = Start(program, arguments);
        Assert.True(run.WaitForExit() == 0, $"{program} {string.Join(' ', arguments)}\n{run.Said}");
        return run.Output;
    }

    /// <summary>Closes its standard input and waits for its end.</summary>
    public int WaitForExit()
    {
        if (_process.StartInfo.RedirectStandardInput) _process.StandardInput.Close();
        Assert.True(_process.WaitForExit(PatienceLimit), $"still running after {PatienceLimit}:\n{Said}");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Waits until the program has said so, on either stream.</summary>
    public void WaitFor(string text)
    {
        var watch = Stopwatch.StartNew();
        while (!Said.Contains(text, StringComparison.Ordinal))
        {
            // Its last words may still be under way when it has ended.
            if (_process.HasExited) _process.WaitForExit();
            Assert.False(_process.HasExited && !Said.Contains(text, StringComparison.Ordinal), $"ended without \"{text}\":\n{Said}");
            Assert.True(watch.Elapsed < PatienceLimit, $"no \"{text}\" within {PatienceLimit}:\n{Said}");
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
