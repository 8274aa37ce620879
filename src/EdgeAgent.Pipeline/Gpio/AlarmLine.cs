using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>An output: at the alarm's level while at least one anomaly wants it, at the other level otherwise.</summary>
internal sealed class AlarmLine(GpioOptions options, HeldLine line)
{
    private static readonly TimeSpan RewriteEvery = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> _anomalies = [];
    private volatile bool _isAlarm;
    private bool? _written;
    private TimeSpan _writtenAt;

    public GpioOptions Options => options;
    public HeldLine Line => line;
    public bool IsAlarm => _isAlarm;
    /// <summary>The level that it should be at now.</summary>
    public bool Level => _isAlarm == options.High;

    /// <summary>Whether that changed what the line should be at. Under the lines' lock.</summary>
    public bool Raise(string anomalyId) => _anomalies.Add(anomalyId) && Settle();

    public bool Clear(string anomalyId) => _anomalies.Remove(anomalyId) && Settle();

    /// <summary>Takes the place of an output of the same line: what wanted that one wants this. Under the lines' lock.</summary>
    public void GoOnAfter(AlarmLine before)
    {
        _anomalies.UnionWith(before._anomalies);
        _ = Settle();
    }

    /// <summary>How many anomalies want it. Under the lines' lock.</summary>
    public int Anomalies => _anomalies.Count;

    /// <summary>Brings the line to its level. It is written anew now and then: so it is found out when its chip has gone.</summary>
    public LineChange Drive(TimeSpan now)
    {
        if (!line.IsHeld) return LineChange.None;
        var level = Level;
        if (_written == level && now - _writtenAt < RewriteEvery) return LineChange.None;
        (_written, _writtenAt) = (level, now);
        return line.Write(level);
    }

    private bool Settle()
    {
        var before = _isAlarm;
        _isAlarm = _anomalies.Count > 0;
        return before != _isAlarm;
    }
}
