namespace EdgeAgent.Modeling.Thresholds;

/// <summary>The thresholds that are tried, from the highest down, in the model's own output.</summary>
/// <param name="Highest">Beyond it, faults of any size go unseen.</param>
/// <param name="Step">From one to the next.</param>
internal readonly record struct ThresholdGrid(float Highest, float Step)
{
    private const int Steps = 40;

    /// <summary>For an output that is the logit of a probability.</summary>
    public static ThresholdGrid Logits { get; } = new(8, 0.25f);

    /// <summary>For an output of any scale: from the largest that normal windows gave down to their median.</summary>
    /// <param name="calm">Outputs of normal windows, from the smallest to the largest.</param>
    public static ThresholdGrid Between(float[] calm) => new(calm[^1], (calm[^1] - calm[calm.Length / 2]) / Steps);
}
