using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.EachChannel;

/// <summary>The constants of the each-channel recipe.</summary>
internal sealed record EachChannelOptions
{
    /// <summary>What counts as normal, how devices calibrate, and what the networks are given of a channel.</summary>
    public NormalOptions Normals { get; set; } = new();
    /// <summary>Networks whose mean judges a channel: one alone depends on its first weights.</summary>
    public int Members { get; set; } = 3;
    /// <summary>Widths of a member's hidden layers.</summary>
    public int[] HiddenWidths { get; set; } = [32, 16];
    public TrainerOptions Trainer { get; set; } = new() { Epochs = 8 };
}
