using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes;

/// <summary>The constants of the contrast recipe, fixed before any label was looked at.</summary>
internal sealed record RecipeOptions
{
    /// <summary>Readings from which a device learns its normal.</summary>
    public int CalibrationReadings { get; set; } = 400;
    /// <summary>Limit of |z|.</summary>
    public float Clip { get; set; } = 30;
    /// <summary>Readings in a window.</summary>
    public int WindowLength { get; set; } = 60;
    /// <summary>Smallest spread to believe in, in steps of the sensor.</summary>
    public float FloorSteps { get; set; } = 2;
    /// <summary>Windows of a normal run end at most this many readings after their calibration.</summary>
    public int AgeLimit { get; set; } = 750;
    /// <summary>Share of each normal run, from its start, that training may see.</summary>
    public double NormalShare { get; set; } = 2.0 / 3;
    /// <summary>Readings from one calibration to the next within a normal run.</summary>
    public int CalibrationStep { get; set; } = 50;
    /// <summary>Training windows of each of the two kinds.</summary>
    public int WindowsPerClass { get; set; } = 25_000;
    /// <summary>Widths of the hidden layers.</summary>
    public int[] HiddenWidths { get; set; } = [48, 24];
    /// <summary>Share of unperturbed normal windows below the threshold.</summary>
    public double ThresholdQuantile { get; set; } = 0.99;
    public TrainerOptions Trainer { get; set; } = new();

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
