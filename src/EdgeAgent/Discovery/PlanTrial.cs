using EdgeAgent.Listening;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Discovery;

/// <summary>What the values of a channel were like.</summary>
internal sealed class ChannelFacts
{
    private const int ValueLimit = 2_000;

    public HashSet<string> Devices { get; } = new(StringComparer.Ordinal);
    public List<float> Values { get; } = [];

    public void Add(string device, float value)
    {
        Devices.Add(device);
        if (Values.Count < ValueLimit) Values.Add(value);
    }
}

/// <summary>How a plan read the samples of a shape, by the real decoder.</summary>
/// <param name="Plan">What was tried.</param>
/// <param name="Source">The source that it makes.</param>
internal sealed record PlanTrial(ReadingPlan Plan, SourceOptions Source)
{
    private const int SampleLimit = 600;
    private const double GoodShare = 0.9;
    private const double TimeBonus = 1.3, TimePenalty = 0.5;
    private static readonly TimeSpan NearArrival = TimeSpan.FromHours(26);

    private readonly List<long> _offsets = [];
    private int _tried, _usable, _values, _times, _goodTimes;

    public Dictionary<string, ChannelFacts> Channels { get; } = new(StringComparer.Ordinal);
    public HashSet<string> Devices { get; } = new(StringComparer.Ordinal);

    /// <summary>The share of messages that it reads.</summary>
    public double Usable => _tried == 0 ? 0 : (double)_usable / _tried;

    /// <summary>Whether payloads say when a reading was, and what they say may be.</summary>
    public bool HasGoodTimes => _times > 0 && _goodTimes >= GoodShare * _times;

    /// <summary>How far event times are behind arrival, usually; null: not known.</summary>
    public TimeSpan? Lag => _offsets.Count == 0 ? null : TimeSpan.FromTicks(_offsets.Order().ElementAt(_offsets.Count / 2));

    /// <summary>Measured values a message, more with good times, less with impossible ones.</summary>
    public double Score
    {
        get
        {
            if (_tried == 0) return 0;
            var time = _times == 0 ? 1 : HasGoodTimes ? TimeBonus : TimePenalty;
            return (double)_values / _tried * time;
        }
    }

    /// <summary>Null where the program or its configuration knows no such thing.</summary>
    public static PlanTrial? Run(ReadingPlan plan, TopicShape shape)
    {
        if (plan.Read(shape.Filter) is not { } source) return null;
        var trial = new PlanTrial(plan, source);
        using var probe = new SourceProbe(source);
        foreach (var message in Samples(shape))
            trial.Take(message, probe.Decode(message with { IsRetained = false }));
        return trial;
    }

    /// <summary>The same number of each topic, in the order of arrival.</summary>
    private static IEnumerable<HeardMessage> Samples(TopicShape shape)
    {
        var each = Math.Max(1, SampleLimit / shape.Topics.Count);
        return shape.Topics.Take(SampleLimit).SelectMany(t => t.Samples.Take(each)).OrderBy(m => m.ArrivalTicks);
    }

    private void Take(HeardMessage message, ProbedMessage probed)
    {
        _tried++;
        if (!probed.IsUsable) return;
        _usable++;
        var seen = new HashSet<(string, string)>();
        foreach (var reading in probed.Readings)
        {
            Devices.Add(reading.Device);
            TakeTime(message, reading.TimeTicks);
            foreach (var (channel, value) in reading.Values)
            {
                if (!Channels.TryGetValue(channel, out var facts)) Channels.Add(channel, facts = new ChannelFacts());
                facts.Add(reading.Device, value);
                // A list of samples is one value, and what counts messages is none.
                if (seen.Add((reading.Device, channel)) && !CommonNames.IsCounter(channel)) _values++;
            }
        }
    }

    private void TakeTime(HeardMessage message, long ticks)
    {
        if (Source.Time is null && ticks == message.ArrivalTicks) return;
        _times++;
        var isLive = message is { ArrivalTicks: > 0, IsRetained: false };
        if (isLive) _offsets.Add(message.ArrivalTicks - ticks);
        if (isLive ? Math.Abs(message.ArrivalTicks - ticks) < NearArrival.Ticks : TimePlace.IsOfNow(ticks)) _goodTimes++;
    }
}
