using System.Globalization;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Tests.Decisions;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Windows.Joining;

/// <summary>
/// A device whose channels a, b, c … come apart, 100 ms one after the other. Its score is the sum of a reading's values.
/// </summary>
internal sealed class JoinBench : IDisposable
{
    private readonly string[] _channels;

    public JoinBench(int channels, Action<ReadingOptions>? reading = null, int? hold = null, params RuleOptions[] rules)
    {
        _channels = [.. Enumerable.Range(0, channels).Select(c => ((char)('a' + c)).ToString())];
        var manifest = TinyBundle.Sum(_channels) with { Window = new ManifestWindow { Length = 1, Hold = hold } };
        Lane = new LaneBench(manifest: manifest, source: s => reading?.Invoke(s.Reading), rules: rules) { Times = [] };
    }

    public LaneBench Lane { get; }
    public LaneCounters Counters => Lane.Lane.Counters;
    public List<float> Scores => Lane.Scores;
    public List<double> Times => Lane.Times!;

    /// <summary>Two readings of zeros, which calibrate the device.</summary>
    public JoinBench Calibrate() => Burst(0, 0).Burst(1, 0);

    /// <summary>One message a channel; the first brings <paramref name="value"/>, each further one twice as much.</summary>
    public JoinBench Burst(double second, float value, string without = "")
    {
        for (var c = 0; c < _channels.Length; c++, value *= 2)
            if (!without.Contains(_channels[c], StringComparison.Ordinal)) Put(second + c * 0.1, _channels[c], value);
        return this;
    }

    /// <summary>A message with one channel.</summary>
    public JoinBench Put(double second, string channel, float value, bool redelivered = false) =>
        Put(second, string.Create(CultureInfo.InvariantCulture, $"\"{channel}\": {value}"), redelivered);

    /// <summary>A message with these values.</summary>
    public JoinBench Put(double second, string values, bool redelivered = false)
    {
        Lane.SendJson(string.Create(CultureInfo.InvariantCulture,
            $"{{\"ts\": {1_767_225_600_000 + Math.Round(second * 1000)}, \"values\": {{{values}}}}}"), redelivered);
        return this;
    }

    public void Dispose() => Lane.Dispose();
}
