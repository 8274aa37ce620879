using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>The constants of the vibration recipe.</summary>
internal sealed record VibrationOptions
{
    private static readonly string[] Shapes = ["std", "peak", "kurtosis", "crest"];

    public string[] Axes { get; set; } = ["x", "y", "z"];
    /// <summary>Samples in a window; each sample is in one.</summary>
    public int WindowLength { get; set; } = 1024;
    /// <summary>Windows from which a machine learns its normal.</summary>
    public int CalibrationWindows { get; set; } = 128;
    /// <summary>Limit of |z| of a feature.</summary>
    public float Clip { get; set; } = 30;
    /// <summary>A longer silence between samples empties the window.</summary>
    public TimeSpan Gap { get; set; } = TimeSpan.FromMilliseconds(250);
    public int OnAfter { get; set; } = 4;
    public int OffAfter { get; set; } = 8;
    public int Smooth { get; set; } = 3;

    /// <summary>Healthy machines that are learned from, and those that only the threshold is taken from.</summary>
    public int Machines { get; set; } = 96;
    public int ThresholdMachines { get; set; } = 48;
    /// <summary>Windows of such a machine behind its calibration.</summary>
    public int WindowsOfMachine { get; set; } = 500;
    public int ThresholdWindows { get; set; } = 1000;
    /// <summary>Rows of each of the two kinds that the network learns to tell apart.</summary>
    public int RowsPerClass { get; set; } = 60_000;
    public int[] HiddenWidths { get; set; } = [48, 24];
    /// <summary>
    /// How far above the highest output that threshold machines kept the threshold lies, in parts of the way there from the median.
    /// </summary>
    public double Margin { get; set; } = 0.1;
    public TrainerOptions Trainer { get; set; } = new() { Epochs = 12 };
    public VibrationTrial Trial { get; set; } = new();

    /// <summary>Edges of the bands, as shares of the sample rate: narrow where shafts turn, wide where structures ring.</summary>
    public float[] Edges { get; set; } = [0, 0.01f, 0.02f, 0.04f, 0.08f, 0.14f, 0.2f, 0.27f, 0.34f, 0.42f, 0.5f];

    public List<ManifestFeature> Features() =>
    [
        .. Shapes.Select(stat => new ManifestFeature { Stat = stat, Over = WindowLength, Squash = "ln" }),
        .. Edges.Zip(Edges.Skip(1))
        .Select(e => new ManifestFeature { Stat = "band", Over = WindowLength, From = e.First, To = e.Second, Squash = "ln" }),
    ];
}

/// <summary>How the finished model is tried, on machines that it has never met.</summary>
internal sealed record VibrationTrial
{
    public int HealthyMachines { get; set; } = 20;
    /// <summary>A day of windows, ten seconds apart.</summary>
    public int HealthyWindows { get; set; } = 8640;
    public double HealthySeconds { get; set; } = 10;
    public int MachinesPerFault { get; set; } = 16;
    /// <summary>Windows behind the calibration before the fault begins, and from then until it is at its strongest.</summary>
    public int CalmWindows { get; set; } = 150;
    public int GrowthWindows { get; set; } = 400;
}
