using System.Text.Json.Serialization;

namespace EdgeAgent.Inference.Bundles;

/// <summary>How a device finds its own normal from its first readings, without labels, and keeps up with it.</summary>
public sealed record ManifestCalibration
{
    /// <summary>
    /// What is calibrated. <c>readings</c>: each channel's. <c>features</c>: the statistics that the model sees, of windows of
    /// readings as they came; then all that counts readings here counts windows. <c>none</c>: nothing, the model takes values in
    /// their units. <c>fixed</c>: each channel by the mean and spread that the manifest states for it.
    /// </summary>
    public string Over { get; set; } = "readings";
    /// <summary>
    /// Readings from which mean and spread of each channel are taken; none is judged before, but for <see cref="Provisional"/>.
    /// </summary>
    public int Readings { get; set; } = 400;
    /// <summary>Whether a device has nothing to learn before it is judged.</summary>
    [JsonIgnore] public bool IsGiven => Over is "none" or "fixed";
    /// <summary>Readings that a device learns from before it is calibrated.</summary>
    [JsonIgnore] public int Needed => IsGiven ? 0 : Readings;
    /// <summary>
    /// Readings from which a device is judged provisionally, by what it has learned so far; null: it is not judged before it is
    /// calibrated.
    /// </summary>
    public int? Provisional { get; set; }
    /// <summary>
    /// Where features are calibrated: readings from which each channel's own level and spread are taken first. The features are then
    /// those of z = (value − level) / spread, whatever the unit. Null: of readings as they came.
    /// </summary>
    public int? Scale { get; set; }
    /// <summary>Where each device takes its own threshold from its calibration: how; null: <c>output.one</c> counts for all.</summary>
    public ManifestThreshold? Threshold { get; set; }
    /// <summary>Calibrated values z = (value − mean) / spread are clipped to ± this.</summary>
    public float Clip { get; set; } = 30;
    /// <summary>
    /// A block of readings whose mean lies this many spreads from the median block's is not learned, channel by channel; 0: all are.
    /// </summary>
    public float Outlier { get; set; }
    /// <summary>When the first readings count as unsteady; null: the defaults.</summary>
    public ManifestSteady? Steady { get; set; }
    /// <summary>How calibration is renewed while the device runs; null: never.</summary>
    public ManifestRenewal? Renew { get; set; }
}

/// <summary>
/// What a calibration may not do, for it to be believed: its blocks are compared with each other. A device that does is
/// judged all the same, and marked.
/// </summary>
public sealed record ManifestSteady
{
    /// <summary>A channel is unsteady when the means of the blocks lie further apart than this many spreads of a block.</summary>
    public float Drift { get; set; } = 2.5f;
    /// <summary>A channel is unsteady when a block's spread is more than this many times the median block's.</summary>
    public float Spread { get; set; } = 3;
    /// <summary>
    /// Unsteady channels that make the device unsteady; 0: a third of them, rounded up. One that warms up is common.
    /// </summary>
    public int Channels { get; set; }
}

/// <summary>A device's own threshold, in the model's output: what a device does while it calibrates is normal, however it looks.</summary>
public sealed record ManifestThreshold
{
    /// <summary>This many times the highest output over the device's calibration, from <c>output.zero</c> on.</summary>
    public float Times { get; set; } = 4f / 3;
    /// <summary>At least this; <c>output.one</c> counts until the device is calibrated.</summary>
    public float From { get; set; }
    /// <summary>At most this: a device that calibrates on a fault must not go blind.</summary>
    public float To { get; set; }
    /// <summary>When a level that is off by less also counts, because it stays off; null: never.</summary>
    public ManifestLasting? Lasting { get; set; }
}

/// <summary>
/// A level that is off by less than the threshold asks for, but for long: the root mean square of z of the windows' means, averaged over
/// many readings. The bound it must reach is high at first, comes down while a device is calm, and goes up with every event.
/// </summary>
public sealed record ManifestLasting
{
    /// <summary>Readings that the average goes back, older ones fading.</summary>
    public int Over { get; set; } = 100;
    /// <summary>The average, in spreads, from which the score is at least 1 once the device has been calm for long.</summary>
    public float From { get; set; } = 2;
    /// <summary>The bound behind the calibration, which shows only a little of what a sensor does.</summary>
    public float Start { get; set; } = 8;
    /// <summary>How much higher the bound is behind each event, up to <see cref="Start"/>.</summary>
    public float Raise { get; set; } = 4;
    /// <summary>Calm readings over which the bound comes down by two thirds of the way to <see cref="From"/>.</summary>
    public int Fade { get; set; } = 700;
}

/// <summary>How the calibration follows a device whose normal moves: calm blocks of readings replace the oldest ones.</summary>
public sealed record ManifestRenewal
{
    /// <summary>Readings in a block.</summary>
    public int Every { get; set; } = 100;
    /// <summary>Blocks that the calibration rests on.</summary>
    public int Blocks { get; set; } = 4;
    /// <summary>
    /// What blocks that left the ring still count for: as if that many of their readings were there, older ones fading. What a device does
    /// now and then stays normal. Null: nothing.
    /// </summary>
    public int? Memory { get; set; }
    /// <summary>A block in which a judgement reached this score, or an event was open, is not learned.</summary>
    public float CalmBelow { get; set; } = 1;
    /// <summary>Calm blocks that must follow before one is learned, so that a fault's onset never is.</summary>
    public int Hold { get; set; } = 1;
    /// <summary><c>renew</c>: mean and spread. <c>keep</c>: the mean only; the spread stays that of the first readings.</summary>
    public string Spread { get; set; } = "renew";
    /// <summary>Readings for which an event must be open, and the channels steady, until that is the new normal; 0: never.</summary>
    public int AdoptAfter { get; set; }
    /// <summary>
    /// Readings for which an event must be open until what was seen meanwhile is the new normal, steady or not, but for a sensor that
    /// stands still; 0: it must be steady.
    /// </summary>
    /// <remarks>Left out where it is 0: what manifests of before say must not change, for devices' states are known by it.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int AdoptAtLast { get; set; }
    /// <summary>
    /// Operating states that are kept: an event in which the device runs as it did in one of them ends, and that is normal again. 0: none.
    /// </summary>
    /// <remarks>Left out where it is 0; see <see cref="AdoptAtLast"/>.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int States { get; set; }
}
