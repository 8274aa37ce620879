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
