using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>The constants of the single-channel recipe.</summary>
internal sealed record SingleChannelOptions
{
    /// <summary>Readings from which a sensor's own level and spread are taken, before its features are.</summary>
    public int ScaleReadings { get; set; } = 100;
    /// <summary>Smallest spread to believe in, in the smallest changes that these readings show.</summary>
    public float FloorSteps { get; set; } = 2;
    /// <summary>Windows from which a sensor's features are learned.</summary>
    public int CalibrationWindows { get; set; } = 400;
    /// <summary>Windows from which a sensor is judged provisionally: fewer say too little of how far the longest window spreads.</summary>
    public int ProvisionalWindows { get; set; } = 100;
    /// <summary>The output that is score 1 until a sensor has calibrated.</summary>
    public float ProvisionalThreshold { get; set; } = 4.5f;
    /// <summary>
    /// Limit of a feature's |z|: one that is far out must not drown the others. A level that stays elsewhere has four of ten features at
    /// the limit, which must be above <see cref="ManifestThreshold.From"/>: else its event would flicker.
    /// </summary>
    public float Clip { get; set; } = 6;
    /// <summary>Smallest spread of a level, in the sensor's own spread.</summary>
    public float LevelFloor { get; set; } = 0.1f;
    /// <summary>Smallest spread of a logarithm: 5 %.</summary>
    public float LogFloor { get; set; } = 0.05f;
    /// <summary>Lengths of the windows.</summary>
    public int[] Lengths { get; set; } = [8, 30, 100];

    /// <summary>How each device finds its threshold. Below <c>From</c> is what sound sensors of any kind reach now and then.</summary>
    public ManifestThreshold Threshold { get; set; } = new()
    {
        From = 3.4f, To = 5.5f, Lasting = new ManifestLasting { Over = 100, From = 1.9f, Start = 8, Raise = 4, Fade = 700 },
    };
    /// <summary>When levels count that stay off by less.</summary>
    public ManifestLasting Lasting => Threshold.Lasting!;
    /// <summary>Short blocks, learned soon: a sensor that moves slowly is followed before it is an anomaly.</summary>
    public ManifestRenewal Renew { get; set; } = new()
    {
        Every = 50, Blocks = 2, Hold = 1, CalmBelow = 1, Memory = 8_000, AdoptAfter = 400, AdoptAtLast = 800,
    };

    /// <summary>Judgements in a row above the threshold that open an event.</summary>
    public int OnAfter { get; set; } = 5;
    /// <summary>Judgements in a row below it that close one; a fault that flickers stays one event.</summary>
    public int OffAfter { get; set; } = 30;
    /// <summary>Score from which an event is critical.</summary>
    public float Critical { get; set; } = 1.4f;

    /// <summary>How rare events are in the long run. What lies half as far again as the threshold is told in any case.</summary>
    public ManifestPromise Promise { get; set; } = new() { EventsADay = 1, Raise = 0.1f, Limit = 0.5f };

    /// <summary>Invented sensors of the trial, for each kind of fault as for none.</summary>
    public int TrialSensors { get; set; } = 300;
    /// <summary>Readings of each.</summary>
    public int TrialReadings { get; set; } = 5_000;
    /// <summary>Readings, the last ones, over which a fault stands.</summary>
    public int FaultReadings { get; set; } = 300;

    /// <summary>The model's input: level and unrest, from the newest reading to the longest window.</summary>
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
