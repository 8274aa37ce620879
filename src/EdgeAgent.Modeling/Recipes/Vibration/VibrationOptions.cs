using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>The constants of the vibration recipe.</summary>
internal sealed record VibrationOptions
{
    private static readonly string[] Shapes = ["std", "peak", "kurtosis", "crest"];

    public string[] Axes { get; set; } = ["x", "y", "z"];
    /// <summary>Samples in a window, and from one window to the next.</summary>
    public int WindowLength { get; set; } = 512;
    public int Stride { get; set; } = 64;
    /// <summary>Samples that simulated machines are heard at once; windows do not reach from one block into the next.</summary>
    public int BlockLength { get; set; } = 1024;
    /// <summary>Blocks from whose windows a machine learns its normal.</summary>
    public int CalibrationBlocks { get; set; } = 114;
    /// <summary>Windows from which a machine is judged: less than 20 s of signal at 50 samples a second.</summary>
    public int ProvisionalWindows { get; set; } = 8;
    /// <summary>Numbers of windows learned from which a provisional threshold holds.</summary>
    public int[] Learned { get; set; } = [8, 16, 32, 64, 128, 256, 512];
    /// <summary>Limit of |z| of a feature.</summary>
    public float Clip { get; set; } = 30;
    /// <summary>A longer silence between samples empties the window.</summary>
    public TimeSpan Gap { get; set; } = TimeSpan.FromMilliseconds(250);
    public int OnAfter { get; set; } = 4;
    public int OffAfter { get; set; } = 16;
    public int Smooth { get; set; } = 8;

    /// <summary>Healthy machines that are learned from, and those that only the thresholds are taken from.</summary>
    public int Machines { get; set; } = 96;
    public int ThresholdMachines { get; set; } = 192;
    /// <summary>Share of machines whose sensor tells only <see cref="SlowRate"/> samples a second.</summary>
    public double SlowShare { get; set; } = 0.25;
    public double SlowRate { get; set; } = 50;
    /// <summary>Blocks of such a machine behind its calibration.</summary>
    public int BlocksOfMachine { get; set; } = 150;
    public int ThresholdBlocks { get; set; } = 120;
    /// <summary>Rows of each of the two kinds that the network learns to tell apart.</summary>
    public int RowsPerClass { get; set; } = 60_000;
    public int[] HiddenWidths { get; set; } = [48, 24];
    /// <summary>
    /// How far above the output that sound machines stay below the threshold lies, in parts of the way there from the median.
    /// </summary>
    public double Margin { get; set; } = 0.1;
    /// <summary>Chance that a sound machine exceeds a threshold over the windows that it was taken from, the margin aside.</summary>
    public double Excess { get; set; } = 1.0 / 48;
    public TrainerOptions Trainer { get; set; } = new() { Epochs = 12 };
    public VibrationTrial Trial { get; set; } = new();

    /// <summary>Edges of the bands, as shares of the sample rate: narrow where shafts turn, wide where structures ring.</summary>
    public float[] Edges { get; set; } = [0, 0.01f, 0.02f, 0.04f, 0.08f, 0.14f, 0.2f, 0.27f, 0.34f, 0.42f, 0.5f];

    public int WindowsOfBlock => (BlockLength - WindowLength) / Stride + 1;
    public int CalibrationWindows => CalibrationBlocks * WindowsOfBlock;

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
    /// <summary>A day of blocks, half a minute apart.</summary>
    public int HealthyBlocks { get; set; } = 2880;
    public double HealthySeconds { get; set; } = 30;
    public int MachinesPerFault { get; set; } = 16;
    /// <summary>Blocks behind the calibration before the fault begins, and from then until it is at its strongest.</summary>
    public int CalmBlocks { get; set; } = 150;
    public int GrowthBlocks { get; set; } = 400;
    /// <summary>Calibrations, in blocks, behind which sudden faults of medium strength are tried, on so many machines.</summary>
    public int[] ShortCalibrations { get; set; } = [1, 3, 10, 40];
    public int ShortMachines { get; set; } = 96;
    /// <summary>Blocks from the short calibration on.</summary>
    public int ShortBlocks { get; set; } = 12;
    public (double Low, double High) ShortSeverity { get; set; } = (0.4, 0.9);
}
