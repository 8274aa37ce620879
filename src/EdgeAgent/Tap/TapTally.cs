using EdgeAgent.Cli;
using EdgeAgent.Listening;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Tap;

/// <summary>Counts what became of messages. One owner at a time.</summary>
internal sealed class TapTally
{
    private const int NameLimit = 100_000;

    private readonly Dictionary<DecodeFailure, (long Count, SourceOptions First)> _refused = [];
    private readonly Dictionary<string, long> _messages = new(StringComparer.Ordinal);
    private readonly HashSet<(string Source, string Device)> _devices = [];
    private readonly HashSet<(string Source, string Channel)> _channels = [];
    private long _usable, _leftAlone;

    public long Messages { get; private set; }

    /// <summary>Messages of one source.</summary>
    public long Of(string source) => _messages.GetValueOrDefault(source);

    public void Add(SourceOptions source, ProbedMessage message)
    {
        Messages++;
        _messages[source.Name] = Of(source.Name) + 1;
        if (message.IsLeftAlone) _leftAlone++;
        else if (message.IsUsable) _usable++;
        else if (_refused.TryGetValue(message.Failure, out var known)) _refused[message.Failure] = (known.Count + 1, known.First);
        else _refused.Add(message.Failure, (1, source));
        foreach (var reading in message.Readings)
        {
            if (_devices.Count < NameLimit) _devices.Add((source.Name, reading.Device));
            foreach (var (channel, _) in reading.Values)
                if (_channels.Count < NameLimit) _channels.Add((source.Name, channel));
        }
    }

    /// <summary>All of it in a line.</summary>
    /// <param name="span">For how long messages came.</param>
    public string Summary(TimeSpan span)
    {
        var refused = _refused.Values.Sum(r => r.Count);
        var reasons = string.Join(", ", ByCount().Select(r => $"{Words.Count(r.Value.Count)} {r.Key.Word()}"));
        var rate = Messages / Math.Max(span.TotalSeconds, 1);
        return $"{Words.Count(Messages)} messages in {Words.Duration(span)} ({Words.Rate(rate)} a second): {Words.Count(_usable)} usable, "
            + $"{Words.Count(refused)} refused{(refused > 0 ? $" ({reasons})" : "")}"
            + $"{(_leftAlone > 0 ? $", {Words.Count(_leftAlone)} kept from before and not taken" : "")}; "
            + $"{Words.Number(_devices.Count, "device")}, {Words.Number(_channels.Count, "channel")}";
    }

    /// <summary>What helps against each reason, a line each.</summary>
    public IEnumerable<string> Remedies() => ByCount().Select(r => $"  {r.Key.Word()}: {r.Key.Explain(r.Value.First).Remedy}");

    private IOrderedEnumerable<KeyValuePair<DecodeFailure, (long Count, SourceOptions First)>> ByCount() =>
        _refused.OrderByDescending(r => r.Value.Count);
}
