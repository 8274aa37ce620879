using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>A gate: open while its input line is at the level that the configuration says, and has been for a while.</summary>
internal sealed class GateLine(GateOptions options, HeldLine line, TimeProvider time) : IGate
{
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(50);

    private readonly Debounce _debounce = new(options.Debounce);
    private volatile bool _isOpen = options.OpenWithoutLine;

    public GateOptions Options => options;
    public HeldLine Line => line;
    public bool IsOpen => _isOpen;
    /// <summary>When it last opened or closed, in UTC; null: it has not since the start.</summary>
    public DateTimeOffset? Since { get; private set; }
    public long Closings { get; private set; }
    /// <summary>How often the line is read: five times in the time for which a level must stand.</summary>
    public TimeSpan PollEvery { get; } = options.Debounce / 5 is var fifth && fifth < ShortestPoll
        ? ShortestPoll : fifth > LongestPoll ? LongestPoll : fifth;

    /// <summary>Reads the line; whether the gate opened or closed.</summary>
    public bool Poll(TimeSpan now, out LineChange change)
    {
        change = LineChange.None;
        if (!line.IsHeld) return LineLost();
        change = line.Read(out var isHigh);
        if (!line.IsHeld) return LineLost();
        return _debounce.Take(isHigh, now) && Set(isHigh == options.High);
    }

    private bool LineLost()
    {
        _debounce.Forget();
        return Set(options.OpenWithoutLine);
    }

    private bool Set(bool isOpen)
    {
        if (_isOpen == isOpen) return false;
        _isOpen = isOpen;
        Since = time.GetUtcNow();
        if (!isOpen) Closings++;
        return true;
    }
}
