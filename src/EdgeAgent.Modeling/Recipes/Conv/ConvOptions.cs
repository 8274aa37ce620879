using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Conv;

/// <summary>The constants of the convolutional autoencoder, fixed before any label was looked at.</summary>
internal sealed record ConvOptions
{
    /// <summary>What counts as normal, and how devices calibrate; its window is this recipe's.</summary>
    public NormalOptions Normals { get; set; } = new() { WindowLength = 64 };
    /// <summary>Filters next to the window; wide enough that INT8 pays.</summary>
    public int OuterFilters { get; set; } = 64;
    /// <summary>Filters further in.</summary>
    public int InnerFilters { get; set; } = 128;
    /// <summary>Channels of the narrow middle, at an eighth of the window's length.</summary>
    public int Code { get; set; } = 8;
    public int TrainingWindows { get; set; } = 12_000;
    /// <summary>Undisturbed windows from which the threshold is taken, and as many for ranges.</summary>
    public int ThresholdWindows { get; set; } = 4_000;
    /// <summary>Share of undisturbed normal windows below the threshold.</summary>
    public double ThresholdQuantile { get; set; } = 0.99;
    public TrainerOptions Trainer { get; set; } = new() { Epochs = 6, BatchSize = 32, Rate = 1e-3 };

    /// <summary>The layers for windows of so many channels.</summary>
    public ConvShape[] Layers(int channels) =>
    [
        new(channels, OuterFilters, 5, 2, 1, Rectified: true),
        new(OuterFilters, InnerFilters, 5, 2, 1, Rectified: true),
        new(InnerFilters, Code, 3, 2, 1, Rectified: false),
        new(Code, 2 * InnerFilters, 3, 1, 2, Rectified: true),
        new(InnerFilters, 2 * OuterFilters, 3, 1, 2, Rectified: true),
        new(OuterFilters, 2 * channels, 3, 1, 2, Rectified: false),
    ];
}
