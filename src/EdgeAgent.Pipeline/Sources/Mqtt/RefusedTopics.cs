using EdgeAgent.Mqtt;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Sources.Mqtt;

/// <summary>
/// The topics that a source's broker does not grant while it grants others, and when to ask for them again: at growing distances, on
/// the same connection. The source's thread writes; anyone may read <see cref="Now"/>.
/// </summary>
/// <param name="source">The source, for the log.</param>
/// <param name="time">The clock.</param>
/// <param name="wake">Wakes the source's thread when it is time.</param>
/// <param name="logger">Hears what is refused, and when it is granted after all.</param>
internal sealed partial class RefusedTopics(SourceOptions source, TimeProvider time, Action wake, ILogger logger) : IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly ITimer _timer = time.CreateTimer(_ => wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private volatile RefusedFilter[] _now = [];
    private RefusedFilter[] _answered = [];
    private string _told = "";
    private TimeSpan _distance;
    private long _due;

    /// <summary>Those of a source whose thread disposes of them at its end.</summary>
    public static RefusedTopics Of(SourceOptions source, TimeProvider time, Action wake, ILogger logger) => new(source, time, wake, logger);

    /// <summary>What is refused now.</summary>
    public IReadOnlyList<RefusedFilter> Now => _now;

    /// <summary>The broker refuses these; what it was asked for besides is granted.</summary>
    public void Note(IReadOnlyList<RefusedFilter> refused) => _answered = [.. refused];

    /// <summary>All that was asked for is answered.</summary>
    public void Settle()
    {
        (_now, _answered) = (_answered, []);
        var names = string.Join(", ", _now.Select(r => $"\"{r.Filter.Topic}\" (reason 0x{r.Code:x2})"));
        if (names != _told)
        {
            if (names.Length > 0) TopicsRefused(source.Name, source.Mqtt.Url, names);
            else TopicsGranted(source.Name, source.Mqtt.Url);
        }
        _told = names;
        if (_now.Length == 0) return;
        _distance = _distance == default ? First : _distance * 2 < Longest ? _distance * 2 : Longest;
        _due = time.GetTimestamp() + (long)(_distance.TotalSeconds * time.TimestampFrequency);
        // A timer may fire a little early.
        _timer.Change(_distance + TimeSpan.FromMilliseconds(10), Timeout.InfiniteTimeSpan);
    }

    /// <summary>What to ask for again now.</summary>
    public bool TryTakeDue(out MqttFilter[] filters)
    {
        var isDue = _due != 0 && time.GetTimestamp() >= _due;
        filters = isDue ? Array.ConvertAll(_now, r => r.Filter) : [];
        if (isDue) _due = 0;
        return isDue;
    }

    /// <summary>The connection has ended: the next one asks for everything.</summary>
    public void Forget() => (_now, _answered, _due, _distance) = ([], [], 0, default);

    public void Dispose() => _timer.Dispose();

    [LoggerMessage(LogLevel.Warning,
        "source {Source}: the broker at {Url} refuses {Topics}: may this user read it? The other topics go on, and it is asked again")]
    private partial void TopicsRefused(string source, string url, string topics);

    [LoggerMessage(LogLevel.Information, "source {Source}: the broker at {Url} grants all topics now")]
    private partial void TopicsGranted(string source, string url);
}
