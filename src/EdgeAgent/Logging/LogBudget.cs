using Microsoft.Extensions.Logging;

namespace EdgeAgent.Logging;

/// <summary>
/// How much may be logged: of one kind of message a number at once and then one a second, and of all together
/// <see cref="MinuteBytes"/> in any minute, of which information may not take what errors will need. One owner at a time.
/// </summary>
internal sealed class LogBudget(TimeProvider time)
{
    /// <summary>Bytes that the whole log has in any minute.</summary>
    public const int MinuteBytes = 1_000_000;

    private const int BurstBytes = 256 * 1024;
    private const double BytesPerSecond = (MinuteBytes - BurstBytes) / 60.0;
    private const int AlikeBurst = 100;
    private const int KindLimit = 1024;
    private static readonly TimeSpan AlikeEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(string Category, int Event), LogKind> _kinds = [];
    private readonly LogKind _others = new(AlikeBurst, AlikeEvery);
    private readonly long _begun = time.GetTimestamp();
    private double _left = BurstBytes;
    private long _filledAt = time.GetTimestamp();

    /// <summary>Kinds of which some were left out since they were last told.</summary>
    public IEnumerable<LogKind> Reduced => _kinds.Values.Append(_others).Where(k => k.LeftOut > 0);

    /// <summary>Whether one more of a kind may be logged; if so, that counts.</summary>
    public bool MayTell(string category, EventId id, out LogKind kind)
    {
        if (!_kinds.TryGetValue((category, id.Id), out kind!))
            kind = _kinds.Count < KindLimit ? _kinds[(category, id.Id)] = new LogKind(AlikeBurst, AlikeEvery) : _others;
        return kind.TryTake(time.GetElapsedTime(_begun).Ticks);
    }

    /// <summary>Whether there are so many bytes left for a line of this level; if so, they are taken.</summary>
    public bool TryTake(LogLevel level, int bytes)
    {
        var now = time.GetTimestamp();
        _left = Math.Min(BurstBytes, _left + time.GetElapsedTime(_filledAt, now).TotalSeconds * BytesPerSecond);
        _filledAt = now;
        if (_left - bytes < BurstBytes * Reserved(level)) return false;
        _left -= bytes;
        return true;
    }

    /// <summary>The share of any store of lines that this level leaves to graver ones.</summary>
    public static double Reserved(LogLevel level) => level switch { >= LogLevel.Error => 0, LogLevel.Warning => 0.25, _ => 0.5 };
}
