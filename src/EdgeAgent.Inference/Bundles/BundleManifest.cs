using System.Text.Json.Serialization;

namespace EdgeAgent.Inference.Bundles;

/// <summary>
/// What a model is, what it eats and what its output means: the content of a bundle's <c>manifest.json</c>.
/// Whoever exports a model writes this file; <see cref="ModelBundle"/> reads and checks it.
/// </summary>
public sealed record BundleManifest
{
    /// <summary>Version of this file's form; this program reads form 1.</summary>
    public int Format { get; set; } = 1;
    public string Name { get; set; } = "";
    public string Version { get; set; } = "";
    public string? Description { get; set; }
    /// <summary>File name of the ONNX model, relative to the bundle's folder.</summary>
    public string Model { get; set; } = "model.onnx";
    /// <summary>SHA-256 of the ONNX file in hexadecimal; empty: it is not checked.</summary>
    public string Sha256 { get; set; } = "";
    /// <summary>SHA-256 of each other file that the model keeps weights in, by its name; null: none is checked.</summary>
    public Dictionary<string, string>? Files { get; set; }
    /// <summary>The model's channels, in the order of its input.</summary>
    public List<ManifestChannel> Channels { get; set; } = [];
    /// <summary>Whether one entry stood for all channels before they were named; see <see cref="ManifestChannel.Many"/>.</summary>
    [JsonIgnore] public bool AreMany { get; internal set; }
    /// <summary>An object, or in short the text of <see cref="ManifestCalibration.Over"/>.</summary>
    [JsonConverter(typeof(CalibrationConverter))]
    public ManifestCalibration Calibration
    {
        get;
        set => (field, SaysCalibration) = (value, true);
    } = new();
    /// <summary>Whether the manifest says anything of calibration.</summary>
    [JsonIgnore] public bool SaysCalibration { get; private set; }
    /// <summary>Whether features are calibrated instead of readings.</summary>
    [JsonIgnore] public bool CalibratesFeatures => Calibration.Over == "features";
    public ManifestWindow Window { get; set; } = new();
    /// <summary>Readings that go by until a device is calibrated and has a window.</summary>
    [JsonIgnore] public long ReadingsBefore => CalibratesFeatures
        ? Math.Max(Window.Length, Calibration.Scale ?? 0) - 1 + Calibration.Readings * (long)Window.Stride
        : Math.Max(Calibration.Needed, Window.Length - 1);
    public ManifestInput Input { get; set; } = new();
    public ManifestOutput Output { get; set; } = new();
    public ManifestDecision Decision { get; set; } = new();
    /// <summary>How the model was made: data, licence, seed. Shown, never interpreted.</summary>
    public Dictionary<string, string>? Provenance { get; set; }
    /// <summary>Figures it reached, for example <c>"skab.f1": 0.81</c>. Shown, never interpreted.</summary>
    public Dictionary<string, double>? Figures { get; set; }
}

/// <summary>One channel of the model's input.</summary>
public sealed record ManifestChannel
{
    /// <summary>The name of <see cref="Name"/> that stands for any channel; such a model has no other.</summary>
    public const string Any = "*";

    /// <summary>Steps of the sensor that count where no floor is given.</summary>
    private const float UsualFloorSteps = 3;

    /// <summary>Name of the channel, or <see cref="Any"/>.</summary>
    public string Name { get; set; } = "";
    public string? Unit { get; set; }
    /// <summary>Smallest spread that calibration may find, in the channel's unit: a few steps of the sensor.</summary>
    public float Floor { get; set; }
    /// <summary>How far the channel wanders while all is well, as a share of its level: the spread is never taken smaller.</summary>
    public float Drift { get; set; }
    /// <summary>
    /// The same in the device's own spread: as many of it the channel wanders from its calibration while all is well. The spread of the
    /// readings is taken times this, whatever the channel's unit and the size of the machine; null: once.
    /// </summary>
    public float? Wander { get; set; }
    /// <summary>
    /// The channel counts up, as meters do: the model sees by how much it rises a second. A count that goes back is taken to begin anew.
    /// </summary>
    public bool? Counts { get; set; }
    /// <summary>
    /// The same for a sensor that nobody knows beforehand: in its own steps, the smallest change between two readings
    /// in a row that calibration sees. Beside <see cref="Floor"/> the larger one counts.
    /// </summary>
    public float? FloorSteps { get; set; }
    /// <summary>Steps of the sensor that the spread is never taken smaller than; 0: only <see cref="Floor"/> counts.</summary>
    [JsonIgnore] public float StepsOfFloor => FloorSteps ?? (Floor > 0 ? 0 : UsualFloorSteps);
    /// <summary>
    /// The same for a channel that has shown one step at most, as bits do: nothing tells how far it may go. For one that has not moved at
    /// all the smallest spread is as large as its value. Of one that only ever rises, a counter, levels do not count. Null: as any other
    /// channel.
    /// </summary>
    public float? BitSteps { get; set; }
    /// <summary>Whether <see cref="Any"/> stands for any number of channels, judged together; null: for one.</summary>
    public bool? Many { get; set; }
    /// <summary>Where calibration is <c>fixed</c>: the channel's mean, in its unit; null: 0.</summary>
    public float? Mean { get; set; }
    /// <summary>Where calibration is <c>fixed</c>: the channel's spread, in its unit; null: 1.</summary>
    public float? Spread { get; set; }
}

/// <summary>What the ONNX graph's input holds.</summary>
public sealed record ManifestInput
{
    /// <summary>Name of the graph's input.</summary>
    public string Name { get; set; } = "input";
    /// <summary>
    /// <c>window</c>: [batch, length, channels] of z, or flat, [batch, length · channels], or turned where only that fits.
    /// <c>channels-first</c>: [batch, channels, length], or that flat. <c>features</c>: [batch, features · channels], feature-major.
    /// </summary>
    public string Layout { get; set; } = "window";
    /// <summary>
    /// Names of the graph's inputs where it has one for each channel, in the order of the channels, each [batch, length]; null: they
    /// have the channels' names.
    /// </summary>
    public List<string>? Columns { get; set; }
    /// <summary>Whether windows are run one by one, for a graph that looks at all windows of a run; null: as they turn out.</summary>
    public bool? Alone { get; set; }
    /// <summary>For layout <c>features</c>: the statistics in the order of the input.</summary>
    public List<ManifestFeature>? Features { get; set; }
    /// <summary>
    /// What the input is for a device in its usual state, in the order of the input: a channel is put to it to see what
    /// the score would be without. Null: what a window has whose z is 0 throughout.
    /// </summary>
    public List<float>? Usual { get; set; }
}

/// <summary>A statistic per channel over the last readings of the window.</summary>
public sealed record ManifestFeature
{
    /// <summary>
    /// <c>mean</c>, <c>std</c> (population standard deviation) or <c>change</c> (mean distance from one reading to the next); of a signal
    /// <c>rms</c>, <c>kurtosis</c>, <c>crest</c>
    /// (factor), <c>peak</c> (to peak), <c>band</c> (mean square of what lies in a frequency band) or <c>band-share</c>
    /// (that as a share of the whole). Of z, or of readings as they came where calibration is over features.
    /// </summary>
    public string Stat { get; set; } = "mean";
    /// <summary>How many of the last readings it covers; at most the window's length.</summary>
    public int Over { get; set; }
    /// <summary><c>none</c>; <c>signed-log</c>: sign(v)·ln(1+|v|); <c>log</c>: ln(v + 0.1); <c>ln</c>: ln(v).</summary>
    public string Squash { get; set; } = "none";
    /// <summary>Where a band begins, as a share of the sample rate, 0 to 0.5.</summary>
    public float? From { get; set; }
    /// <summary>Where it ends.</summary>
    public float? To { get; set; }
    /// <summary>Smallest spread that calibration over features may find, in the feature's unit behind its squash.</summary>
    public float? Floor { get; set; }
}

/// <summary>What the ONNX graph's output means.</summary>
public sealed record ManifestOutput
{
    /// <summary>Name of the graph's output.</summary>
    public string Name { get; set; } = "output";
    /// <summary>
    /// <c>score</c>: [batch, 1]. <c>reconstruction</c>: the input's shape. <c>forecast</c>: the last <see cref="Horizon"/> readings
    /// of the window, by those before them, which are all that the graph is given.
    /// </summary>
    public string Kind { get; set; } = "score";
    /// <summary>
    /// Of a score with several numbers a window: which counts, from 0 on. A class's probability, say; null: there is one.
    /// </summary>
    public int? Element { get; set; }
    /// <summary>Whether <c>higher</c> or <c>lower</c> scores are worse; null: higher.</summary>
    public string? Worse { get; set; }
    /// <summary>Readings that a forecast is of; null: 1.</summary>
    public int? Horizon { get; set; }
    /// <summary>Raw output that becomes score 0: a typical normal window.</summary>
    public float Zero
    {
        get;
        set => (field, SaysZero) = (value, true);
    }
    /// <summary>Raw output that becomes score 1: the threshold.</summary>
    public float One
    {
        get;
        set => (field, SaysOne) = (value, true);
    } = 1;
    /// <summary>Whether the manifest says <see cref="Zero"/>.</summary>
    [JsonIgnore] public bool SaysZero { get; private set; }
    /// <summary>Whether the manifest says <see cref="One"/>.</summary>
    [JsonIgnore] public bool SaysOne { get; private set; }
    /// <summary>
    /// Thresholds of a device that is judged provisionally, by how much it has learned, from few readings to many. They make up for
    /// what few readings do not tell, so its spreads are taken as they are. Null: <see cref="One"/>, and spreads are widened.
    /// </summary>
    public List<ManifestProvisionalOne>? Provisional { get; set; }

    /// <summary>What a raw output comes to; 1 is the threshold.</summary>
    /// <param name="raw">The raw output.</param>
    /// <param name="learned">Readings that a device which is judged provisionally has learned; null: it is calibrated.</param>
    public float Score(float raw, int? learned = null) => (raw - Zero) / ((learned is { } readings ? OneAt(readings) : One) - Zero);

    private float OneAt(int learned)
    {
        if (Provisional is not { Count: > 0 } thresholds) return One;
        var one = thresholds[0].One;
        for (var i = 1; i < thresholds.Count && thresholds[i].Readings <= learned; i++)
            one = thresholds[i].One;
        return one;
    }
}

/// <summary>A threshold of devices that have learned little.</summary>
public sealed record ManifestProvisionalOne
{
    /// <summary>Readings learned from which it holds, up to the next one.</summary>
    public int Readings { get; set; }
    /// <summary>Raw output that becomes score 1.</summary>
    public float One { get; set; }
}

/// <summary>When a score becomes an event and when the event ends.</summary>
public sealed record ManifestDecision
{
    /// <summary>Judgements in a row at score 1 or more that open an event.</summary>
    public int OnAfter { get; set; } = 1;
    /// <summary>Judgements in a row below <see cref="Clear"/> that close it.</summary>
    public int OffAfter { get; set; } = 1;
    /// <summary>Score below which an open event begins to clear; at most 1.</summary>
    public float Clear { get; set; } = 1;
    /// <summary>Judgements over which the score is averaged before it is compared.</summary>
    public int Smooth { get; set; } = 1;
    /// <summary>
    /// Score from which an event is critical, and is reported anew when it becomes so; null: only rules make it so.
    /// </summary>
    public float? Critical { get; set; }
    /// <summary>How rare events are promised to be; null: nothing is promised, and the threshold stays where it is.</summary>
    public ManifestPromise? Promise { get; set; }
}

/// <summary>The manifest's JSON form: camelCase, comments and trailing commas allowed, unknown keys refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    ReadCommentHandling = System.Text.Json.JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BundleManifest))]
[JsonSerializable(typeof(ManifestCalibration))]
public sealed partial class BundleManifestJson : JsonSerializerContext;
