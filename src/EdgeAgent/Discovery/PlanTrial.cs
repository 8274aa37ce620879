using EdgeAgent.Listening;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Discovery;

/// <summary>How a plan read the samples of a shape, by the real decoder.</summary>
/// <param name="plan">What was tried.</param>
/// <param name="source">The source that it makes.</param>
internal sealed class PlanTrial(ReadingPlan plan, SourceOptions source)
{
    private const int SampleLimit = 600;
    private const double GoodShare = 0.9;
    private const double TimeBonus = 1.3, TimePenalty = 0.5;
    private static readonly TimeSpan NearArrival = TimeSpan.FromHours(26);

    private readonly List<long> _offsets = [];
    private readonly RepeatedTimes _repeated = new();
    private int _tried, _usable, _values, _times, _goodTimes;

    public ReadingPlan Plan => plan;
    public SourceOptions Source => source;

    public Dictionary<string, ChannelFacts> Channels { get; } = new(StringComparer.Ordinal);
    public HashSet<string> Devices { get; } = new(StringComparer.Ordinal);

    /// <summary>The share of messages that it reads.</summary>
    public double Usable => _tried == 0 ? 0 : (double)_usable / _tried;

    /// <summary>Whether payloads say when a reading was, and what they say may be.</summary>
    public bool HasGoodTimes => _times > 0 && _goodTimes >= GoodShare * _times;

    /// <summary>Whether it gives several readings the same device, channel and time, so that all but one would be lost.</summary>
    public bool RepeatsTimes => _repeated.Share > 0;

    /// <summary>Whether payloads hold lists of samples.</summary>
    public bool HasBlocks => source.SampleRate is not null || source.SampleRatePath is not null;

    /// <summary>How far event times are behind arrival, usually; null: not known.</summary>
    public TimeSpan? Lag => _offsets.Count == 0 ? null : TimeSpan.FromTicks(_offsets.Order().ElementAt(_offsets.Count / 2));

    /// <summary>Measured values a message, more with good times, less with impossible ones or the same for different readings.</summary>
    public double Score
    {
        get
        {
            if (_tried == 0) return 0;
            var time = _times == 0 ? 1 : HasGoodTimes ? TimeBonus : TimePenalty;
            return (double)_values / _tried * time * (1 - _repeated.Share);
        }
    }

    /// <summary>Null where the program or its configuration knows no such thing.</summary>
    public static PlanTrial? Run(ReadingPlan plan, TopicShape shape)
    {
        if (plan.Read(shape.Filter) is not { } source) return null;
        var trial = new PlanTrial(plan, source);
        using var probe = new SourceProbe(source);
        foreach (var message in Samples(shape))
            trial.Take(message, [.. Parts(message, source).Select(part => probe.Decode(part with { IsRetained = false }))]);
        return trial;
    }

    /// <summary>The same number of each topic, in the order of arrival.</summary>
    private static IEnumerable<HeardMessage> Samples(TopicShape shape)
    {
        var each = Math.Max(1, SampleLimit / shape.Topics.Count);
        return shape.Topics.Take(SampleLimit).SelectMany(t => t.Samples.Take(each)).OrderBy(m => m.ArrivalTicks);
    }

    /// <summary>Lines of line protocol one by one: of two with one device, channel and time a whole message shows the last.</summary>
    private static IEnumerable<HeardMessage> Parts(HeardMessage message, SourceOptions source) =>
        source.Decode == "influx" ? InfluxLines.Of(message).Select(line => message with { Payload = line }) : [message];

    private void Take(HeardMessage message, List<ProbedMessage> parts)
    {
        _tried++;
        if (!parts.Exists(p => p.IsUsable)) return;
        _usable++;
        var seen = new HashSet<(string, string)>();
        foreach (var part in parts)
        {
            if (HasBlocks) TakeBlockTime(message, part);
            foreach (var reading in part.Readings)
            {
                Devices.Add(reading.Device);
                if (!HasBlocks) TakeTime(message, reading);
                foreach (var (channel, value) in reading.Values)
                {
                    if (!Channels.TryGetValue(channel, out var facts)) Channels.Add(channel, facts = new ChannelFacts());
                    facts.Add(reading.Device, value);
                    // A list of samples is one value, and what counts messages is none.
                    if (seen.Add((reading.Device, channel)) && !CommonNames.IsCounter(channel)) _values++;
                }
            }
        }
    }

    private void TakeTime(HeardMessage message, ProbedReading reading)
    {
        // Times of arrival are as fine as whoever recorded them wrote them; lines of one message share theirs.
        if (reading.TimeTicks != message.ArrivalTicks || source.Decode == "influx") _repeated.Add(reading);
        if (source.Time is null && reading.TimeTicks == message.ArrivalTicks) return;
        TakeTime(message, reading.TimeTicks);
    }

    /// <summary>The time of a block is its last sample's; the others' follow from the rate, and say nothing.</summary>
    private void TakeBlockTime(HeardMessage message, ProbedMessage probed)
    {
        if (source.Time is null || probed.Readings.Count == 0) return;
        var first = probed.Readings[0].TimeTicks;
        var step = probed.Readings.Count > 1 ? probed.Readings[1].TimeTicks - first : 0;
        TakeTime(message, first + ((probed.Count - 1) * step));
    }

    private void TakeTime(HeardMessage message, long ticks)
    {
        _times++;
        var isLive = message is { ArrivalTicks: > 0, IsRetained: false };
        if (isLive) _offsets.Add(message.ArrivalTicks - ticks);
        if (isLive ? Math.Abs(message.ArrivalTicks - ticks) < NearArrival.Ticks : TimePlace.IsOfNow(ticks)) _goodTimes++;
    }
}
