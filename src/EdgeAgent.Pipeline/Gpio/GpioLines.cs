using EdgeAgent.Pipeline.Detection.Decisions;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>
/// The lines between the agent and the plant: alarm outputs that rules name, and inputs that are gates. One thread reads
/// and writes them, so that a slow chip never holds up a lane. A line that cannot be had is told, asked for again and
/// again, and the rest goes on.
/// </summary>
internal sealed partial class GpioLines : IAlarmOutput, IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly ILogger _logger;
    private readonly ILineGuard? _guard;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly ILineDriver _driver;
    private readonly List<HeldLine> _leaving = [];
    private volatile GpioLineSet _lines = GpioLineSet.None;
    private Thread? _thread;
    private volatile bool _isStopping;
    private volatile int _setting;
    private volatile int _polledSetting;
    private string? _guardTrouble;

    /// <param name="outputs">Alarm outputs that rules name.</param>
    /// <param name="gates">Input lines.</param>
    /// <param name="driver">Reads and writes lines.</param>
    /// <param name="guard">Sees to the outputs if this process dies; null: nobody does.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of lines that cannot be had.</param>
    public GpioLines(
        IEnumerable<GpioOptions> outputs, IEnumerable<GateOptions> gates,
        ILineDriver driver, ILineGuard? guard, TimeProvider time, ILogger logger)
    {
        (_logger, _time, _started, _driver, _guard) = (logger, time, time.GetTimestamp(), driver, guard);
        Take(Prepare(outputs, gates));
    }

    public IReadOnlyDictionary<string, IGate> Gates => _lines.GatesByName;
    public IReadOnlyCollection<GateLine> GateLines => _lines.Gates;
    public IReadOnlyCollection<AlarmLine> Outputs => _lines.Outputs.Values;

    /// <summary>What is wrong with lines, a line each.</summary>
    public IEnumerable<string> Troubles =>
        Lines.Where(l => l.Trouble is not null).Select(l => $"GPIO {l.Choice}: {l.Trouble}")
            .Concat(_guardTrouble is { } guard ? [$"GPIO guard: {guard}"] : []);

    private IEnumerable<HeldLine> Lines => _lines.All;

    /// <summary>Makes other lines, beside those that are there; lines that stay the same are in both. Nothing is changed yet.</summary>
    public GpioLineSet Prepare(IEnumerable<GpioOptions> outputs, IEnumerable<GateOptions> gates)
    {
        var before = _lines;
        return new GpioLineSet(
            outputs.DistinctBy(g => g.Line).ToDictionary(g => g.Line, OutputOf),
            [.. gates.Select(g => Array.Find(before.Gates, same => same.Options == g) ?? GateOf(g))]);

        AlarmLine OutputOf(GpioOptions options)
        {
            if (before.Outputs.GetValueOrDefault(options.Line) is { } same && same.Options == options) return same;
            AlarmLine? output = null;
            output = new AlarmLine(
                options, new HeldLine(options.Line, Find, at => _driver.Output(at, output!.Level), _time)
                {
                    SafeLevel = options.SafeLevel,
                });
            return output;
        }

        GateLine GateOf(GateOptions options) =>
            new(options, new HeldLine(options.Line, Find, at => _driver.Input(at, options.Bias), _time), _time);
    }

    /// <summary>
    /// Goes on with what was prepared last. Lines that stay the same are not touched; those that are gone are left at their safe
    /// levels. Every line was asked for once when this returns.
    /// </summary>
    public void Change(GpioLineSet next)
    {
        Take(next);
        _wake.Set();
        if (_thread is null) Start();
        else AwaitPoll();
    }

    /// <summary>
    /// Starts to read and write; every line was asked for once when this returns, so gates are known from the first reading on.
    /// </summary>
    public void Start()
    {
        if (_lines.Outputs.Count + _lines.Gates.Length == 0) return;
        _thread = new Thread(Run) { Name = "gpio", IsBackground = true };
        _thread.Start();
        AwaitPoll();
    }

    public void Raise(string anomalyId, GpioOptions gpio)
    {
        lock (_gate)
            if (!_lines.Outputs.TryGetValue(gpio.Line, out var output) || !output.Raise(anomalyId)) return;
        _wake.Set();
    }

    public void Clear(string anomalyId)
    {
        var isChanged = false;
        lock (_gate)
            foreach (var output in _lines.Outputs.Values)
                isChanged |= output.Clear(anomalyId);
        if (isChanged) _wake.Set();
    }

    /// <summary>How many anomalies want a line.</summary>
    public int AnomaliesOf(AlarmLine output)
    {
        lock (_gate)
            return output.Anomalies;
    }

    /// <summary>Reads and writes all lines once. Returns how long nothing needs it again.</summary>
    public TimeSpan Step()
    {
        var now = _time.GetElapsedTime(_started);
        var pause = LongestPause;
        LetLeavingGo();
        foreach (var output in _lines.Outputs.Values)
        {
            if (Hold(output.Line)) _guard?.Hold(output.Line.Address!.Value, output.Options.SafeLevel);
            Log(output.Line, output.Drive(now));
            if (!output.Line.IsHeld) pause = Shorter(pause, output.Line.Pause);
        }
        foreach (var gate in _lines.Gates)
        {
            Hold(gate.Line);
            var isChanged = gate.Poll(now, out var change);
            Log(gate.Line, change);
            if (isChanged) LogGate(gate);
            pause = Shorter(pause, gate.Line.IsHeld ? gate.PollEvery : gate.Line.Pause);
        }
        _guard?.Check();
        if (_guard?.Trouble is var trouble && trouble != _guardTrouble)
        {
            _guardTrouble = trouble;
            if (trouble is not null) GuardAway(trouble);
        }
        return pause;
    }

    /// <summary>Leaves the outputs at their safe levels and lets all lines go.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _wake.Set();
        // A chip that hangs must not hang the stop, too; the guard then does what could not be done here.
        if (_thread is null || _thread.Join(StartLimit)) LetGo();
        _guard?.Dispose();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            var setting = _setting;
            var pause = Step();
            _polledSetting = setting;
            _wake.WaitOne(pause);
        }
    }

    private void LetGo()
    {
        LetLeavingGo();
        foreach (var line in Lines)
        {
            if (line.SafeLevel is { } safe) line.Write(safe);
            line.Dispose();
        }
        _guard?.Done();
    }

    /// <summary>Keeps what is as it was, and has the rest let go on the lines' thread.</summary>
    private void Take(GpioLineSet next)
    {
        lock (_gate)
        {
            var before = _lines;
            foreach (var (line, output) in next.Outputs)
                if (before.Outputs.TryGetValue(line, out var other) && other != output) output.GoOnAfter(other);
            _leaving.AddRange(before.All.Except(next.All));
            _lines = next;
            _setting++;
        }
    }

    private void AwaitPoll() => SpinWait.SpinUntil(() => _polledSetting == _setting, StartLimit);

    private LineAddress Find(LineChoice choice) => NotTwice(choice, _driver.Find(choice));

    private void LetLeavingGo()
    {
        HeldLine[] leaving;
        lock (_gate)
        {
            leaving = [.. _leaving];
            _leaving.Clear();
        }
        foreach (var line in leaving)
        {
            if (line.SafeLevel is { } safe) line.Write(safe);
            if (line is { SafeLevel: not null, Address: { } address }) _guard?.Release(address);
            line.Dispose();
        }
    }

    /// <summary>Two ways to write one line would drive it against each other.</summary>
    private LineAddress NotTwice(LineChoice choice, LineAddress address) =>
        Lines.FirstOrDefault(l => l.IsHeld && l.Address == address && l.Choice != choice) is { } other
            ? throw new LineException($"{address} is {other.Choice}, too: write it in one way everywhere, and for one purpose")
            : address;

    /// <summary>Whether the line was taken just now.</summary>
    private bool Hold(HeldLine line)
    {
        var change = line.Hold();
        Log(line, change);
        return change is LineChange.Taken or LineChange.Back;
    }

    private void Log(HeldLine line, LineChange change)
    {
        if (change == LineChange.Trouble) LineAway(line.Choice, line.Trouble!);
        else if (change == LineChange.Back) LineBack(line.Choice, line.Address!.Value);
        else if (change == LineChange.Taken) LineTaken(line.Choice, line.Address!.Value);
    }

    private void LogGate(GateLine gate)
    {
        if (gate.IsOpen) GateOpened(gate.Options.Name);
        else GateClosed(gate.Options.Name);
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    [LoggerMessage(LogLevel.Error, "{Line} cannot be used: {Trouble}. The rest goes on without; it is tried again")]
    private partial void LineAway(LineChoice line, string trouble);

    [LoggerMessage(LogLevel.Information, "{Line} can be used again: {Address}")]
    private partial void LineBack(LineChoice line, LineAddress address);

    [LoggerMessage(LogLevel.Information, "{Line} is {Address}")]
    private partial void LineTaken(LineChoice line, LineAddress address);

    [LoggerMessage(LogLevel.Information, "gate {Gate} is open")]
    private partial void GateOpened(string gate);

    [LoggerMessage(LogLevel.Information, "gate {Gate} is closed: what waits at it is not judged")]
    private partial void GateClosed(string gate);

    [LoggerMessage(LogLevel.Error, "{Trouble}: if the agent dies now, outputs stay as they are until it is back")]
    private partial void GuardAway(string trouble);
}
