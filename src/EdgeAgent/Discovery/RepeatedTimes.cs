using EdgeAgent.Listening;

namespace EdgeAgent.Discovery;

/// <summary>Counts readings that share device, channel and time with another and say something else.</summary>
internal sealed class RepeatedTimes
{
    private const int ValueLimit = 100_000;

    private readonly Dictionary<(string Device, string Channel, long Ticks), float> _values = [];
    private int _readings, _repeated;

    /// <summary>Of all readings.</summary>
    public double Share => _readings == 0 ? 0 : (double)_repeated / _readings;

    public void Add(ProbedReading reading)
    {
        if (_values.Count > ValueLimit) return;
        _readings++;
        var isRepeated = false;
        foreach (var (channel, value) in reading.Values)
            isRepeated |= !_values.TryAdd((reading.Device, channel, reading.TimeTicks), value)
                // The same once more is a message that came twice.
                && !_values[(reading.Device, channel, reading.TimeTicks)].Equals(value);
        if (isRepeated) _repeated++;
    }
}
