using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>The constants of the single-channel recipe.</summary>
internal sealed record SingleChannelOptions
{
    /// <summary>Readings from which a sensor's mean and spread are learned.</summary>
    public int CalibrationReadings { get; set; } = 400;
    /// <summary>Limit of |z|.</summary>
    public float Clip { get; set; } = 30;
    /// <summary>Smallest spread to believe in, in the smallest changes that calibration sees.</summary>
    public float FloorSteps { get; set; } = 3;
    /// <summary>Readings in a window: a day at one reading every five minutes.</summary>
    public int WindowLength { get; set; } = 288;

    /// <summary>Invented sensors to learn from.</summary>
    public int Sensors { get; set; } = 48_000;
    /// <summary>Readings of each.</summary>
    public int SensorReadings { get; set; } = 4_000;
    /// <summary>Windows taken of each, every other one with a fault.</summary>
    public int WindowsPerSensor { get; set; } = 8;
    /// <summary>Further sensors, without any fault, that settle the threshold.</summary>
    public int CalmSensors { get; set; } = 2_000;
    /// <summary>Readings of each of those.</summary>
    public int CalmReadings { get; set; } = 5_000;
    /// <summary>Readings to one false event on them: a week at one reading every five minutes.</summary>
    public int ReadingsPerFalseEvent { get; set; } = 2_000;

    /// <summary>Judgements in a row above the threshold that open an event.</summary>
    public int OnAfter { get; set; } = 5;
    /// <summary>Judgements in a row below it that close one; a fault that flickers stays one event.</summary>
    public int OffAfter { get; set; } = 30;
    /// <summary>Score from which an event is critical.</summary>
    public float Critical { get; set; } = 1.5f;

    /// <summary>Widths of the hidden layers.</summary>
    public int[] HiddenWidths { get; set; } = [48, 24];
    public TrainerOptions Trainer { get; set; } = new() { Epochs = 8 };

    /// <summary>The network's input: level and unrest, from the newest reading to the whole window.</summary>
    public List<ManifestFeature> Features { get; set; } =
    [
        new() { Stat = "mean", Over = 1, Squash = "signed-log" },
        new() { Stat = "mean", Over = 8, Squash = "signed-log" },
        new() { Stat = "std", Over = 8, Squash = "log" },
        new() { Stat = "mean", Over = 30, Squash = "signed-log" },
        new() { Stat = "std", Over = 30, Squash = "log" },
        new() { Stat = "mean", Over = 96, Squash = "signed-log" },
        new() { Stat = "std", Over = 96, Squash = "log" },
        new() { Stat = "mean", Over = 288, Squash = "signed-log" },
        new() { Stat = "std", Over = 288, Squash = "log" },
    ];
}
