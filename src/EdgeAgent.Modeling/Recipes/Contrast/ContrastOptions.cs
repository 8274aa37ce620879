using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Contrast;

/// <summary>The constants of the contrast recipe. None of them, and nothing learned, comes from a label.</summary>
internal sealed record ContrastOptions
{
    /// <summary>What counts as normal, how devices calibrate, and what the networks are given.</summary>
    public NormalOptions Normals { get; set; } = new();
    /// <summary>Networks whose mean is the model: one alone depends on its first weights.</summary>
    public int Members { get; set; } = 3;
    /// <summary>Widths of a member's hidden layers.</summary>
    public int[] HiddenWidths { get; set; } = [32, 16];
    public TrainerOptions Trainer { get; set; } = new() { Epochs = 8 };
}
