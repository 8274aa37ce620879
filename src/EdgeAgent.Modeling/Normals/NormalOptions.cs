using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;

namespace EdgeAgent.Modeling.Normals;

/// <summary>
/// What recipes that learn from a folder share: what counts as normal, how devices calibrate, and what a model is given.
/// </summary>
internal sealed record NormalOptions
{
    /// <summary>Readings from which a device learns its normal.</summary>
    public int CalibrationReadings { get; set; } = 400;
    /// <summary>Blocks that the calibration readings fall into; later blocks of the same size replace the oldest.</summary>
    public int CalibrationBlocks { get; set; } = 8;
    /// <summary>Spreads from the median block beyond which a block is no part of the calibration.</summary>
    public float Outlier { get; set; } = 5;
    /// <summary>Limit of |z|.</summary>
    public float Clip { get; set; } = 30;
    /// <summary>Readings in a window.</summary>
    public int WindowLength { get; set; } = 60;
    /// <summary>Smallest spread to believe in, in steps of the sensor.</summary>
    public float FloorSteps { get; set; } = 2;
    /// <summary>Windows of a normal run begin at most this many readings after their calibration: so old does a renewed one get.</summary>
    public int AgeLimit { get; set; } = 350;
    /// <summary>Share of each normal run, from its start, that training may see.</summary>
    public double NormalShare { get; set; } = Figures.LearnedShare;
    /// <summary>Share of the windows that come from normal runs, where there are others too.</summary>
    public double RunVote { get; set; } = 0.1;
    /// <summary>Share of the runs' readings that the threshold may let be flagged.</summary>
    public double RunShareLimit { get; set; } = 0.0005;
    /// <summary>Drift that is added to normal windows, as a share of what was measured.</summary>
    public double DriftAdded { get; set; } = 0.1;
    /// <summary>Training windows of each of the two kinds, for each network.</summary>
    public int WindowsPerClass { get; set; } = 15_000;
    /// <summary>Judgements at the threshold that open an event, and below it that close it.</summary>
    public int OnAfter { get; set; } = 3;
    public int OffAfter { get; set; } = 5;
    /// <summary>Part of the normal readings stays out of training and settles the threshold; where nobody vouches for runs.</summary>
    public bool HoldsOut { get; set; }
    /// <summary>Some channels follow others: what parts them is a fault.</summary>
    public bool IsCoupled { get; set; }
    /// <summary>Training windows are also put together from channels of several.</summary>
    public bool MixesChannels { get; set; }
    /// <summary>Invented faults also stand still where they are, not only beside it.</summary>
    public bool SticksInPlace { get; set; }
    /// <summary>Share of invented faults that are older than the window, so that all of it lies elsewhere.</summary>
    public double OldFaults { get; set; }
    /// <summary>Floors and drift are in each device's own spread and steps, so that units and sizes of machines do not matter.</summary>
    public bool InOwnSpread { get; set; }
    /// <summary>Readings after which a steady new level is the new normal; 0: never.</summary>
    public int AdoptAfter { get; set; }

    /// <summary>States that a device may be set back to: the one it calibrated in.</summary>
    public int KnownStates { get; set; } = 1;

    /// <summary>Readings in a block of the calibration.</summary>
    public int Block => CalibrationReadings / CalibrationBlocks;

    /// <summary>The statistics of the network's input; each is taken of every channel.</summary>
    public List<ManifestFeature> Features { get; set; } =
    [
        new() { Stat = "mean", Over = 8, Squash = "signed-log" },
        new() { Stat = "mean", Over = 30, Squash = "signed-log" },
        new() { Stat = "mean", Over = 60, Squash = "signed-log" },
        new() { Stat = "std", Over = 30, Squash = "log" },
        new() { Stat = "std", Over = 60, Squash = "log" },
    ];
}
