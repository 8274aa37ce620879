namespace EdgeAgent.Modeling.Quantization;

/// <summary>real = (integer − zero) · step.</summary>
internal readonly record struct AffineScale(float Step, byte Zero)
{
    private const int Levels = 255;

    /// <summary>The 8-bit unsigned scale that covers a range with 0 in it; real 0 is met exactly.</summary>
    public static AffineScale Cover(float low, float high)
    {
        var step = high > low ? (high - low) / Levels : 1;
        return new AffineScale(step, (byte)Math.Clamp(MathF.Round(-low / step), 0, Levels));
    }
}
