using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Modeling.Recipes.ManyChannels;

/// <summary>
/// The constants of the many-channels recipe: those of a single channel, but for what tells bits and counters from sensors.
/// </summary>
internal sealed record ManyChannelsOptions
{
    /// <summary>Readings from which each channel's own level and spread are taken, before its features are.</summary>
    public int ScaleReadings { get; set; } = 100;
    /// <summary>Smallest spread to believe in, in the smallest changes that these readings show.</summary>
    public float FloorSteps { get; set; } = 2;
    /// <summary>
    /// The same of a channel that has shown one step at most. However fast such a bit toggles, the root mean square of its features then
    /// stays below the lowest threshold: 2.2 where that is 3.4.
    /// </summary>
    public float BitSteps { get; set; } = 50;
    /// <summary>Windows from which a device's features are learned.</summary>
    public int CalibrationWindows { get; set; } = 400;
    /// <summary>Windows from which a device is judged provisionally.</summary>
    public int ProvisionalWindows { get; set; } = 100;
    /// <summary>The output that is score 1 until a device has calibrated.</summary>
    public float ProvisionalThreshold { get; set; } = 4.5f;
    /// <summary>Limit of a feature's |z|.</summary>
    public float Clip { get; set; } = 6;
    /// <summary>Smallest spread of a level, in the channel's own spread.</summary>
    public float LevelFloor { get; set; } = 0.1f;
    /// <summary>Smallest spread of a logarithm: 5 %.</summary>
    public float LogFloor { get; set; } = 0.05f;
    /// <summary>Lengths of the windows.</summary>
    public int[] Lengths { get; set; } = [8, 30, 100];

    /// <summary>
    /// How each device finds its threshold: the more channels it has, the higher the worst of them lies while all is well.
    /// </summary>
    public ManifestThreshold Threshold { get; set; } = new()
    {
        From = 3.4f, To = 5.5f, Lasting = new ManifestLasting { Over = 100, From = 2.2f, Start = 8, Raise = 4, Fade = 700 },
    };
    /// <summary>Short blocks, learned soon.</summary>
    public ManifestRenewal Renew { get; set; } = new()
    {
        Every = 50, Blocks = 2, Hold = 1, CalmBelow = 1, Memory = 8_000, AdoptAfter = 400, AdoptAtLast = 800,
    };

    /// <summary>Judgements in a row above the threshold that open an event.</summary>
    public int OnAfter { get; set; } = 5;
    /// <summary>Judgements in a row below it that close one.</summary>
    public int OffAfter { get; set; } = 30;
    /// <summary>Score from which an event is critical.</summary>
    public float Critical { get; set; } = 1.4f;

    /// <summary>Invented machines of the trial, for each kind of fault as for none.</summary>
    public int TrialMachines { get; set; } = 60;
    /// <summary>Readings of each.</summary>
    public int TrialReadings { get; set; } = 5_000;
    /// <summary>Readings, the last ones, over which a fault stands.</summary>
    public int FaultReadings { get; set; } = 300;

    /// <summary>The model's input of each channel: level and unrest, from the newest reading to the longest window.</summary>
    public List<ManifestFeature> Features() =>
    [
        .. Lengths.SelectMany(over => new ManifestFeature[]
        {
            new() { Stat = "mean", Over = over, Floor = LevelFloor },
            new() { Stat = "std", Over = over, Squash = "log", Floor = LogFloor },
            new() { Stat = "change", Over = over, Squash = "log", Floor = LogFloor },
        }),
        new() { Stat = "mean", Over = 1, Floor = LevelFloor },
    ];
}
