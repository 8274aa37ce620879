using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>When a score becomes an event: what the configuration says, and for the rest the bundle.</summary>
internal sealed class DecisionSettings(DetectorOptions options, BundleManifest manifest)
{
    public bool JudgesProvisionally { get; } = options.Provisional;
    public int OnAfter { get; } = options.OnAfter ?? manifest.Decision.OnAfter;
    public int OffAfter { get; } = options.OffAfter ?? manifest.Decision.OffAfter;
    public float Clear { get; } = options.Clear ?? manifest.Decision.Clear;
    public int Smooth { get; } = options.Smooth ?? manifest.Decision.Smooth;
    public float Critical { get; } = options.Critical ?? manifest.Decision.Critical ?? float.PositiveInfinity;
    public long MinDurationTicks { get; } = options.MinDuration.Ticks;
    public UpdatePace Updates { get; } = UpdatePace.Of(options);
    public long GapLimitTicks { get; } = (options.GapLimit ?? manifest.Window.Gap ?? TimeSpan.Zero).Ticks;
    /// <summary>Readings for which a missing channel's last value may stand in.</summary>
    public int HoldLimit { get; } = manifest.Window.Hold ?? int.MaxValue;
}
