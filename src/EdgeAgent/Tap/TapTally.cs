using EdgeAgent.Cli;
using EdgeAgent.Listening;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Tap;

/// <summary>Counts what became of messages. One owner at a time.</summary>
internal sealed class TapTally
{
    private const int NameLimit = 100_000;

    private readonly Dictionary<DecodeFailure, long> _refused = [];
    private readonly Dictionary<DecodeFailure, long> _leftOut = [];
    private readonly HashSet<(string Source, string Device)> _devices = [];
    private readonly HashSet<(string Source, string Channel)> _channels = [];
    private long _usable, _leftAlone;

    public long Messages { get; private set; }

    public void Add(string source, ProbedMessage message)
    {
        Messages++;
        if (message.IsLeftAlone) _leftAlone++;
        else if (message.IsUsable) _usable++;
        else Count(message.Outcome == ProbedOutcome.LeftOut ? _leftOut : _refused, message.Failure);
        foreach (var reading in message.Readings)
        {
            if (_devices.Count < NameLimit) _devices.Add((source, reading.Device));
            foreach (var (channel, _) in reading.Values)
                if (_channels.Count < NameLimit) _channels.Add((source, channel));
        }
    }

    /// <summary>All of it in a line.</summary>
    /// <param name="span">For how long messages came.</param>
    public string Summary(TimeSpan span)
    {
        var rate = Messages / Math.Max(span.TotalSeconds, 1);
        return $"{Words.Count(Messages)} messages in {Words.Duration(span)} ({Words.Rate(rate)} a second): {Words.Count(_usable)} usable, "
            + $"{Words.Count(_refused.Values.Sum())} refused{Reasons(_refused)}"
            + $"{(_leftOut.Count > 0 ? $", {Words.Count(_leftOut.Values.Sum())} left out{Reasons(_leftOut)}" : "")}"
            + $"{(_leftAlone > 0 ? $", {Words.Count(_leftAlone)} kept from before and not taken" : "")}; "
            + $"{Words.Number(_devices.Count, "device")}, {Words.Number(_channels.Count, "channel")}";
    }

    private static void Count(Dictionary<DecodeFailure, long> counts, DecodeFailure reason) =>
        counts[reason] = counts.GetValueOrDefault(reason) + 1;

    private static string Reasons(Dictionary<DecodeFailure, long> counts) => counts.Count == 0 ? ""
        : $" ({string.Join(", ", counts.OrderByDescending(r => r.Value).Select(r => $"{Words.Count(r.Value)} {r.Key.Word()}"))})";
}
