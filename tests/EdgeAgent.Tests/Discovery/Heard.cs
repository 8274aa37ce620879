using System.Globalization;
using System.Text;
using EdgeAgent.Discovery;
using EdgeAgent.Listening;

namespace EdgeAgent.Tests.Discovery;

/// <summary>Messages as sensors send them, one a second.</summary>
internal sealed class Heard
{
    public static readonly DateTime Begin = new(2026, 5, 4, 10, 0, 0, DateTimeKind.Utc);

    private readonly SampleSet _samples = new();
    private int _seconds;

    public SampleSet Samples => _samples;

    /// <summary>Messages of some topics, in turn.</summary>
    /// <param name="count">Of each topic.</param>
    /// <param name="payload">Made of the number of the message and the time in ms.</param>
    /// <param name="topics">Where they come.</param>
    public Heard Add(int count, Func<int, long, string> payload, params string[] topics)
    {
        for (var i = 0; i < count; i++)
        {
            var arrival = Begin.AddSeconds(_seconds++);
            var sent = new DateTimeOffset(arrival).ToUnixTimeMilliseconds() - 20;
            foreach (var topic in topics)
                _samples.Add(new HeardMessage(topic, Encoding.UTF8.GetBytes(payload(i, sent)), arrival.Ticks));
        }
        return this;
    }

    public Proposal Propose() => Proposal.Of(_samples);

    /// <summary>A number that moves like a sensor's.</summary>
    public static string Value(int i) => (20 + Math.Sin(i) + 0.1 * (i % 3)).ToString("F3", CultureInfo.InvariantCulture);
}
