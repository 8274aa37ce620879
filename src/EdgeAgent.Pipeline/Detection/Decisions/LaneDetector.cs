using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>A detector as one lane runs it: its settings, its rules, and where the model's channels stand in a reading.</summary>
internal sealed class LaneDetector
{
    private readonly int[] _positions;
    private ChannelNames? _channels;

    /// <param name="options">Its table.</param>
    /// <param name="bundle">Its model.</param>
    /// <param name="rules">Those that concern it.</param>
    /// <param name="gates">By name; null: there are none, and every gate counts as open.</param>
    /// <param name="counters">Those of the detector whose place it takes; null: it begins at zero.</param>
    /// <param name="reading">What makes a reading of its source; null: the defaults.</param>
    public LaneDetector(
        DetectorOptions options, ModelBundle bundle, IEnumerable<RuleOptions> rules, IReadOnlyDictionary<string, IGate>? gates = null,
        DetectorCounters? counters = null, ReadingOptions? reading = null)
    {
        Options = options;
        Bundle = bundle;
        Settings = new DecisionSettings(options, bundle.Manifest);
        Reading = reading ?? new ReadingOptions();
        Gate = GateOf(options.Gate);
        Rules = [.. rules.Select(r => new BoundRule(r, GateOf(r.Gate)))];
        _positions = new int[bundle.ChannelNames.Count];
        Array.Fill(_positions, -1);
        Naming = new ChannelNaming(
            bundle.Manifest, bundle.TakesAnyChannel && options.Channel is { } channel ? [channel] : bundle.ChannelNames);
        // A model for any channel that is told to judge another one has another device before it.
        Identity = new DetectorIdentity(options.Channel is { } chosen ? $"{options.Name}/{chosen}" : options.Name, bundle.Manifest);
        Counters = counters ?? new DetectorCounters();
        if (bundle.Manifest.CalibratesFeatures)
            Features = new FeatureExtractor(bundle.Manifest.Input.Features!, bundle.Manifest.Channels.Count, bundle.Manifest.Window.Length);

        // A replay has no lines: there every gate is open.
        IGate? GateOf(string? name) => name is null ? null : gates?.GetValueOrDefault(name);
    }

    public DetectorOptions Options { get; }
    public ModelBundle Bundle { get; }
    /// <summary>What the ids of its events are made from.</summary>
    public EventOrigin Origin => new(Options.Name, Bundle.Manifest.Name, Bundle.Manifest.Version);
    public DecisionSettings Settings { get; }
    public ReadingOptions Reading { get; }
    public BoundRule[] Rules { get; }
    /// <summary>While it is closed no reading is taken; null: there is none.</summary>
    public IGate? Gate { get; }
    /// <summary>
    /// How the source names the model's channels; where a model for any channel takes what comes, each device's track knows.
    /// </summary>
    public ChannelNaming Naming { get; }
    /// <summary>Whether the model judges any channel, and nobody has said which.</summary>
    public bool PicksChannel => Bundle.TakesAnyChannel && Options.Channel is null;
    public DetectorCounters Counters { get; }
    /// <summary>What must be the same for a device's state to be taken over from the run before.</summary>
    public DetectorIdentity Identity { get; }
    /// <summary>Computes what is calibrated, where that is features of readings as they came; otherwise null.</summary>
    public FeatureExtractor? Features { get; }

    /// <summary>Position of each model channel in a reading; −1 where the source has not brought it yet.</summary>
    public ReadOnlySpan<int> Positions(ChannelNames channels)
    {
        if (ReferenceEquals(channels, _channels)) return _positions;
        for (var c = 0; c < _positions.Length; c++)
            _positions[c] = channels.IndexOf(Naming.Channels[c]);
        foreach (var rule in Rules)
            rule.Bind(channels);
        _channels = channels;
        return _positions;
    }
}
