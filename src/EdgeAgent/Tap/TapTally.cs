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
    private readonly Dictionary<DecodeFailure, (long Count, SourceOptions First)> _leftOut = [];
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
        else Count(message.Outcome == ProbedOutcome.LeftOut ? _leftOut : _refused, message.Failure, source);
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
        var rate = Messages / Math.Max(span.TotalSeconds, 1);
        return $"{Words.Count(Messages)} messages in {Words.Duration(span)} ({Words.Rate(rate)} a second): {Words.Count(_usable)} usable, "
            + $"{Words.Count(Sum(_refused))} refused{Reasons(_refused)}"
            + $"{(_leftOut.Count > 0 ? $", {Words.Count(Sum(_leftOut))} left out{Reasons(_leftOut)}" : "")}"
            + $"{(_leftAlone > 0 ? $", {Words.Count(_leftAlone)} kept from before and not taken" : "")}; "
            + $"{Words.Number(_devices.Count, "device")}, {Words.Number(_channels.Count, "channel")}";
    }

    /// <summary>What helps against each reason, a line each.</summary>
    public IEnumerable<string> Remedies() =>
        ByCount(_refused).Select(r => $"  {r.Key.Word()}: {r.Key.Explain(r.Value.First).Remedy}");

    private static void Count(
        Dictionary<DecodeFailure, (long Count, SourceOptions First)> counts, DecodeFailure reason, SourceOptions source) =>
        counts[reason] = counts.TryGetValue(reason, out var known) ? (known.Count + 1, known.First) : (1, source);

    private static string Reasons(Dictionary<DecodeFailure, (long Count, SourceOptions First)> counts) => counts.Count == 0 ? ""
        : $" ({string.Join(", ", ByCount(counts).Select(r => $"{Words.Count(r.Value.Count)} {r.Key.Word()}"))})";

    private static long Sum(Dictionary<DecodeFailure, (long Count, SourceOptions First)> counts) => counts.Values.Sum(c => c.Count);

    private static IOrderedEnumerable<KeyValuePair<DecodeFailure, (long Count, SourceOptions First)>> ByCount(
        Dictionary<DecodeFailure, (long Count, SourceOptions First)> counts) => counts.OrderByDescending(r => r.Value.Count);
}
