using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Decode;

namespace EdgeAgent.Pipeline.Decisions;

/// <summary>A detector as one lane runs it: its settings, its rules, and where the model's channels stand in a reading.</summary>
internal sealed class LaneDetector
{
    private readonly int[] _positions;
    private readonly string[] _names;
    private ChannelTable? _channels;
    private int _channelsSeen;

    public LaneDetector(DetectorOptions options, ModelBundle bundle, IEnumerable<RuleOptions> rules, IReadOnlyDictionary<string, IGate>? gates = null)
    {
        Options = options;
        Bundle = bundle;
        Settings = new DecisionSettings(options, bundle.Manifest);
        Gate = GateOf(options.Gate);
        Rules = [.. rules.Select(r => new BoundRule(r, GateOf(r.Gate)))];
        _positions = new int[bundle.ChannelNames.Count];
        Array.Fill(_positions, -1);
        _names = bundle.TakesAnyChannel && options.Channel is { } channel ? [channel] : [.. bundle.ChannelNames];
        NameFeatures();
        // A model for any channel that is told to judge another one has another device before it.
        Identity = new DetectorIdentity(options.Channel is { } chosen ? $"{options.Name}/{chosen}" : options.Name, bundle.Manifest, Settings.Smooth);
        CalibratedNames = CalibratedFeatures.Names(bundle.Manifest, bundle.ChannelNames);
        if (bundle.Manifest.CalibratesFeatures)
            Features = new FeatureExtractor(bundle.Manifest.Input.Features!, bundle.Manifest.Channels.Count, bundle.Manifest.Window.Length);

        // A replay has no lines: there every gate is open.
        IGate? GateOf(string? name) => name is null ? null : gates?.GetValueOrDefault(name);
    }

    public DetectorOptions Options { get; }
    public ModelBundle Bundle { get; }
    public DecisionSettings Settings { get; }
    public BoundRule[] Rules { get; }
    /// <summary>While it is closed no reading is taken; null: there is none.</summary>
    public IGate? Gate { get; }
    /// <summary>The model's channels as the source names them, in the model's order.</summary>
    public IReadOnlyList<string> ChannelNames => _names;
    /// <summary>Names of the features that the model sees; none where it sees the window itself.</summary>
    public string[] FeatureNames { get; private set; } = [];
    /// <summary>Whether nobody has said which of several channels a model for any channel is to judge.</summary>
    public bool LacksChoice => Bundle.TakesAnyChannel && Options.Channel is null && _positions[0] < 0;
    public DetectorCounters Counters { get; } = new();
    /// <summary>What must be the same for a device's state to be taken over from the run before.</summary>
    public DetectorIdentity Identity { get; }
    /// <summary>Computes what is calibrated, where that is features of readings as they came; otherwise null.</summary>
    public FeatureExtractor? Features { get; }
    /// <summary>Names of what is calibrated: channels, or features of channels.</summary>
    public IReadOnlyList<string> CalibratedNames { get; }

    /// <summary>Position of each model channel in a reading; −1 where the source has not brought it yet.</summary>
    public ReadOnlySpan<int> Positions(ChannelTable channels)
    {
        if (ReferenceEquals(channels, _channels) && _channelsSeen == channels.Count) return _positions;
        if (Bundle.TakesAnyChannel && Options.Channel is null)
            TakeOnlyChannel(channels);
        else
            for (var c = 0; c < _positions.Length; c++)
                _positions[c] = channels.IndexOf(_names[c]);
        foreach (var rule in Rules)
            rule.Bind(channels);
        _channels = channels;
        _channelsSeen = channels.Count;
        return _positions;
    }

    /// <summary>A channel once taken is kept: one that a source brings later must not leave the model without readings.</summary>
    private void TakeOnlyChannel(ChannelTable channels)
    {
        if (ReferenceEquals(channels, _channels) && _positions[0] >= 0) return;
        _positions[0] = channels.Count == 1 ? 0 : -1;
        if (_positions[0] < 0) return;
        _names[0] = channels.Names[0];
        NameFeatures();
    }

    private void NameFeatures()
    {
        if (Bundle.Manifest.Input.Features is { } features) FeatureNames = FeatureExtractor.Names(features, _names);
    }
}
