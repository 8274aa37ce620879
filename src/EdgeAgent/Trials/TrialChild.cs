using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.Cli;
using EdgeAgent.Hosting;
using EdgeAgent.Inference.Trials;

namespace EdgeAgent.Trials;

/// <summary>A child that tries bundles, as its parent sees it: what it says is bounded, what it takes too long for ends it.</summary>
internal sealed class TrialChild : IDisposable
{
    private const int LineLimit = 64 * 1024;
    private const int ComplaintLimit = 400;
    /// <summary>Lines beside a verdict that a library may print.</summary>
    internal const int SkippedLinesLimit = 1000;
    /// <summary>The exit code of a process that a signal has ended is above this by the signal's number.</summary>
    private const int SignalBase = 128;

    /// <summary>Of a program that is not compiled ahead, on a busy machine.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    /// <summary>What a child needs of its parent's environment; secrets and sockets of the service are none of a model's affair.</summary>
    private static readonly string[] Variables = ["PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "DOTNET_ROOT"];

    /// <summary>A variable of .NET: 0 keeps it from memory that is mapped twice, once to write and once to run.</summary>
    internal const string SharesNoMemory = "DOTNET_EnableWriteXorExecute";

    private readonly Process _process;
    private readonly TrialDeadline _deadline;
    private readonly Task<string> _complaints;
    private readonly StringBuilder _line = new();

    private TrialChild(Process process)
    {
        _process = process;
        _deadline = new TrialDeadline(Kill);
        _complaints = Task.Run(ReadComplaints);
    }

    /// <summary>What its confinement lacks here; empty: nothing.</summary>
    public string Missing { get; private set; } = "";

    /// <summary>Starts a child that has given up its rights and is about to begin; null: none can be had.</summary>
    /// <param name="program">The child, as <see cref="Program"/> makes it.</param>
    /// <param name="failure">Why none can be had.</param>
    public static TrialChild? TryStart(Func<ProcessStartInfo> program, out string failure)
    {
        TrialChild? child = null;
        try
        {
            child = new TrialChild(Process.Start(program())!);
            child._deadline.Begin(StartLimit);
            if (child.ReadLine() is { } line && child._deadline.TryEnd()
                && line.StartsWith(TrialWorker.Ready, StringComparison.Ordinal))
            {
                child.Missing = line[TrialWorker.Ready.Length..].Trim();
                failure = "";
                return child;
            }
            failure = child.End();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            failure = e.Message;
        }
        child?.Dispose();
        return null;
    }

    /// <summary>The verdict on the next folder, of the child or of what became of it. False: it is no more.</summary>
    public bool TryNext(string folder, TimeSpan limit, out TrialVerdict verdict)
    {
        _deadline.Begin(limit);
        var isTalkative = false;
        for (var skipped = 0; !isTalkative && ReadLine() is { } line; isTalkative = ++skipped > SkippedLinesLimit)
        {
            // What a library prints on its own goes by.
            if (!line.StartsWith('{') || Parse(line) is not { } said || said.Folder != folder) continue;
            // One that comes in the moment in which the child is ended came too late.
            if (!_deadline.TryEnd()) break;
            verdict = said;
            return true;
        }
        var end = !_deadline.TryEnd()
            ? string.Create(CultureInfo.InvariantCulture, $"took longer than {limit.TotalSeconds:0.#} s and was ended")
            : isTalkative ? $"printed more than {SkippedLinesLimit} lines and was ended" : $"ended its process: {End()}";
        verdict = TrialVerdict.Refused(folder, $"{folder}: its trial run {end}");
        return false;
    }

    public void Dispose()
    {
        _deadline.Dispose();
        Kill();
        _process.Dispose();
    }

    /// <summary>How a child is started that tries these bundles.</summary>
    public static ProcessStartInfo Program(IEnumerable<string> folders, long memoryBytes)
    {
        var start = OwnProgram.With(
            [TrialCommand.Name, TrialCommand.MemoryName, memoryBytes.ToString(CultureInfo.InvariantCulture), "--", .. folders]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        foreach (var name in start.Environment.Keys.Except(Variables).ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        // While the program is developed it is compiled as it runs, and that would take memory which is shared.
        start.Environment[SharesNoMemory] = "0";
        return start;
    }

    private static TrialVerdict? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, TrialJson.Default.TrialVerdict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A line of a bounded length; null: there will be none any more.</summary>
    private string? ReadLine()
    {
        _line.Clear();
        for (int next; (next = _process.StandardOutput.Read()) >= 0;)
        {
            if (next == '\n') return _line.ToString();
            if (_line.Length >= LineLimit) break;
            _line.Append((char)next);
        }
        return null;
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    /// <summary>How it ended, in words.</summary>
    private string End()
    {
        if (!_process.WaitForExit(1000)) Kill();
        _process.WaitForExit();
        var complaint = _complaints.Wait(1000) ? _complaints.Result : "";
        return (_process.ExitCode > SignalBase
            ? $"signal {_process.ExitCode - SignalBase}{Name(_process.ExitCode - SignalBase)}"
            : $"exit code {_process.ExitCode}") + (complaint.Length > 0 ? $" ({complaint})" : "");
    }

    private static string Name(int signal) => signal switch
    {
        4 => ", an instruction that this processor does not have",
        6 => ", it gave up, as where memory runs out",
        7 or 11 => ", it reached for memory that is not its own",
        8 => ", a division by zero",
        9 => ", as where memory runs out",
        _ => "",
    };

    /// <summary>The beginning of what it says beside its verdicts; the rest is read and dropped, so that it never waits.</summary>
    private string ReadComplaints()
    {
        var (kept, block) = (new StringBuilder(), new char[4096]);
        for (int read; (read = _process.StandardError.Read(block)) > 0;)
            kept.Append(block, 0, Math.Min(read, ComplaintLimit - kept.Length));
        for (var i = 0; i < kept.Length; i++)
            if (char.IsControl(kept[i])) kept[i] = ' ';
        return kept.ToString().Trim();
    }
}
