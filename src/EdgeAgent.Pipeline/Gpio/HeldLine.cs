using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>
/// A line that the agent wants: asked for with growing pauses until it is had, and again after it was lost. For the
/// lines' thread, but for what is told of it.
/// </summary>
/// <param name="choice">Which line.</param>
/// <param name="find">Where it is now.</param>
/// <param name="request">Takes it.</param>
/// <param name="time">The clock.</param>
internal sealed class HeldLine(
    LineChoice choice, Func<LineChoice, LineAddress> find, Func<LineAddress, ILine> request, TimeProvider time) : IDisposable
{
    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(30));
    private readonly long _started = time.GetTimestamp();
    private ILine? _line;
    private TimeSpan _due;

    public LineChoice Choice => choice;
    /// <summary>The level that an output is left at; null: it is an input.</summary>
    public bool? SafeLevel { get; init; }
    /// <summary>Where it is, once it was had.</summary>
    public LineAddress? Address { get; private set; }
    public bool IsHeld => _line is not null;
    /// <summary>Why it is not held; null while it is.</summary>
    public string? Trouble { get; private set; }
    /// <summary>How long to wait before it is worth asking again.</summary>
    public TimeSpan Pause => _due - Now is { Ticks: > 0 } pause ? pause : TimeSpan.Zero;

    private TimeSpan Now => time.GetElapsedTime(_started);

    /// <summary>Whether it is held, after asking for it if that is due. Gives what changed, to be told.</summary>
    public LineChange Hold()
    {
        if (_line is not null || Now < _due) return LineChange.None;
        try
        {
            var address = find(choice);
            _line = request(address);
            Address = address;
            _backoff.Reset();
            var change = Trouble is null ? LineChange.Taken : LineChange.Back;
            Trouble = null;
            return change;
        }
        catch (Exception e) when (e is LineException or IOException or UnauthorizedAccessException)
        {
            return Lose(e);
        }
    }

    public LineChange Write(bool isHigh)
    {
        try
        {
            _line?.Write(isHigh);
            return LineChange.None;
        }
        catch (LineException e)
        {
            return Lose(e);
        }
    }

    public LineChange Read(out bool isHigh)
    {
        isHigh = false;
        try
        {
            if (_line is not null) isHigh = _line.Read();
            return LineChange.None;
        }
        catch (LineException e)
        {
            return Lose(e);
        }
    }

    public void Dispose()
    {
        _line?.Dispose();
        _line = null;
    }

    /// <summary>The same trouble again is no change.</summary>
    private LineChange Lose(Exception trouble)
    {
        Dispose();
        _due = Now + _backoff.Next();
        var isNew = Trouble != trouble.Message;
        Trouble = trouble.Message;
        return isNew ? LineChange.Trouble : LineChange.None;
    }
}

/// <summary>What happened to a line.</summary>
internal enum LineChange { None, Taken, Back, Trouble }
