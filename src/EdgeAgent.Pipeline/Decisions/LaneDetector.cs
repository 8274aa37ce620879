using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Decode;

namespace EdgeAgent.Pipeline.Decisions;

/// <summary>A detector as one lane runs it: its settings, its rules, and where the model's channels stand in a reading.</summary>
internal sealed class LaneDetector
{
    private readonly int[] _positions;
    private ChannelTable? _channels;
    private int _channelsSeen;

    public LaneDetector(DetectorOptions options, ModelBundle bundle, IEnumerable<RuleOptions> rules)
    {
        Options = options;
        Bundle = bundle;
        Settings = new DecisionSettings(options, bundle.Manifest);
        Rules = [.. rules.Select(r => new BoundRule(r))];
        _positions = new int[bundle.ChannelNames.Count];
        Identity = new DetectorIdentity(options.Name, bundle.Manifest, Settings.Smooth);
    }

    public DetectorOptions Options { get; }
    public ModelBundle Bundle { get; }
    public DecisionSettings Settings { get; }
    public BoundRule[] Rules { get; }
    /// <summary>What must be the same for a device's state to be taken over from the run before.</summary>
    public DetectorIdentity Identity { get; }

    /// <summary>Position of each model channel in a reading; −1 where the source has not brought it yet.</summary>
    public ReadOnlySpan<int> Positions(ChannelTable channels)
    {
        if (ReferenceEquals(channels, _channels) && _channelsSeen == channels.Count) return _positions;
        for (var c = 0; c < _positions.Length; c++)
            _positions[c] = channels.IndexOf(Bundle.ChannelNames[c]);
        foreach (var rule in Rules)
            rule.Bind(channels);
        _channels = channels;
        _channelsSeen = channels.Count;
        return _positions;
    }
}
