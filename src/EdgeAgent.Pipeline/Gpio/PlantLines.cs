using EdgeAgent.Pipeline.Detection.Decisions;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>
/// The lines between the agent and the plant: alarm outputs that rules name, and inputs that are gates. One thread reads
/// and writes them, so that a slow chip never holds up a lane. A line that cannot be had is told, asked for again and
/// again, and the rest goes on.
/// </summary>
internal sealed partial class PlantLines : IAlarmOutput, IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly ManualResetEventSlim _isLookedAt = new(false);
    private readonly ILogger _logger;
    private readonly ILineGuard? _guard;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Dictionary<LineChoice, AlarmLine> _outputs = [];
    private readonly Dictionary<string, IGate> _gates = [];
    private readonly GateLine[] _gateLines;
    private Thread? _thread;
    private volatile bool _isStopping;
    private string? _guardTrouble;

    /// <param name="outputs">Alarm outputs that rules name.</param>
    /// <param name="gates">Input lines.</param>
    /// <param name="driver">Reads and writes lines.</param>
    /// <param name="guard">Sees to the outputs if this process dies; null: nobody does.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of lines that cannot be had.</param>
    public PlantLines(
        IEnumerable<GpioOptions> outputs, IEnumerable<GateOptions> gates, ILineDriver driver, ILineGuard? guard, TimeProvider time, ILogger logger)
    {
        (_logger, _time, _started) = (logger, time, time.GetTimestamp());
        foreach (var gpio in outputs.DistinctBy(g => g.Line))
        {
            AlarmLine? output = null;
            _outputs[gpio.Line] = output = new AlarmLine(gpio, new HeldLine(gpio.Line, Find, at => driver.Output(at, output!.Level), time));
        }
        _gateLines = [.. gates.Select(g => new GateLine(g, new HeldLine(g.Line, Find, at => driver.Input(at, g.Bias), time), time))];
        foreach (var gate in _gateLines)
            _gates[gate.Options.Name] = gate;
        _guard = _outputs.Count > 0 ? guard : null;

        LineAddress Find(LineChoice choice) => NotTwice(choice, driver.Find(choice));
    }

    public IReadOnlyDictionary<string, IGate> Gates => _gates;
    public IReadOnlyCollection<GateLine> GateLines => _gateLines;
    public IReadOnlyCollection<AlarmLine> Outputs => _outputs.Values;

    /// <summary>What is wrong with lines, a line each.</summary>
    public IEnumerable<string> Troubles =>
        Lines.Where(l => l.Trouble is not null).Select(l => $"GPIO {l.Choice}: {l.Trouble}")
            .Concat(_guardTrouble is { } guard ? [$"GPIO guard: {guard}"] : []);

    private IEnumerable<HeldLine> Lines => _outputs.Values.Select(o => o.Line).Concat(_gateLines.Select(g => g.Line));

    /// <summary>Starts to read and write; every line was asked for once when this returns, so gates are known from the first reading on.</summary>
    public void Start()
    {
        if (_outputs.Count + _gateLines.Length == 0) return;
        _thread = new Thread(Run) { Name = "gpio", IsBackground = true };
        _thread.Start();
        _isLookedAt.Wait(StartLimit);
    }

    public void Raise(string anomalyId, GpioOptions gpio)
    {
        lock (_gate)
            if (!_outputs.TryGetValue(gpio.Line, out var output) || !output.Raise(anomalyId)) return;
        _wake.Set();
    }

    public void Clear(string anomalyId)
    {
        var isChanged = false;
        lock (_gate)
            foreach (var output in _outputs.Values)
                isChanged |= output.Clear(anomalyId);
        if (isChanged) _wake.Set();
    }

    /// <summary>How many anomalies want a line.</summary>
    public int AnomaliesOf(AlarmLine output)
    {
        lock (_gate)
            return output.Anomalies;
    }

    /// <summary>One look at all lines. Gives how long nothing needs another.</summary>
    public TimeSpan Step()
    {
        var now = _time.GetElapsedTime(_started);
        var pause = LongestPause;
        foreach (var output in _outputs.Values)
        {
            if (Hold(output.Line)) _guard?.Hold(output.Line.Address!.Value, output.Options.SafeLevel);
            Tell(output.Line, output.Drive(now));
            if (!output.Line.IsHeld) pause = Shorter(pause, output.Line.Pause);
        }
        foreach (var gate in _gateLines)
        {
            Hold(gate.Line);
            var isChanged = gate.Look(now, out var news);
            Tell(gate.Line, news);
            if (isChanged) TellGate(gate);
            pause = Shorter(pause, gate.Line.IsHeld ? gate.LookEvery : gate.Line.Pause);
        }
        _guard?.Look();
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
            var pause = Step();
            _isLookedAt.Set();
            _wake.WaitOne(pause);
        }
    }

    private void LetGo()
    {
        foreach (var output in _outputs.Values)
            output.Line.Write(output.Options.SafeLevel);
        foreach (var line in Lines)
            line.Dispose();
        _guard?.Done();
    }

    /// <summary>Two ways to write one line would drive it against each other.</summary>
    private LineAddress NotTwice(LineChoice choice, LineAddress address) =>
        Lines.FirstOrDefault(l => l.IsHeld && l.Address == address && l.Choice != choice) is { } other
            ? throw new LineException($"{address} is {other.Choice}, too: write it in one way everywhere, and for one purpose")
            : address;

    /// <summary>Whether the line was taken just now.</summary>
    private bool Hold(HeldLine line)
    {
        var news = line.Hold();
        Tell(line, news);
        return news is LineNews.Taken or LineNews.Back;
    }

    private void Tell(HeldLine line, LineNews news)
    {
        if (news == LineNews.Trouble) LineAway(line.Choice, line.Trouble!);
        else if (news == LineNews.Back) LineBack(line.Choice, line.Address!.Value);
        else if (news == LineNews.Taken) LineTaken(line.Choice, line.Address!.Value);
    }

    private void TellGate(GateLine gate)
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
