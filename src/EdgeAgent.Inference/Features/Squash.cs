namespace EdgeAgent.Inference.Features;

/// <summary>How a statistic is pressed into a range that a network can work with.</summary>
internal enum Squash
{
    None,
    /// <summary>sign(v)·ln(1+|v|).</summary>
    SignedLog,
    /// <summary>ln(v + 0.1), for statistics of z.</summary>
    Log,
    /// <summary>ln(v), whatever the unit; what is 0 counts as the smallest there is.</summary>
    PureLog,
}

/// <summary>Names and formulas of <see cref="Squash"/>.</summary>
internal static class SquashForms
{
    private const float LogOffset = 0.1f;
    /// <summary>A nothing, in whatever unit: the square of a millionth of a millionth.</summary>
    private const double Smallest = 1e-24;

    public static bool Knows(string name) => name is "none" or "signed-log" or "log" or "ln";

    public static Squash Parse(string name) => name switch
    {
        "signed-log" => Squash.SignedLog,
        "log" => Squash.Log,
        "ln" => Squash.PureLog,
        _ => Squash.None,
    };

    public static float Apply(this Squash squash, float value) => squash switch
    {
        Squash.SignedLog => MathF.CopySign(MathF.Log(1 + MathF.Abs(value)), value),
        Squash.Log => MathF.Log(value + LogOffset),
        Squash.PureLog => (float)Math.Log(Math.Max(value, Smallest)),
        _ => value,
    };

    /// <summary>The value that <see cref="Apply(Squash, float)"/> gives this for.</summary>
    public static float Undo(this Squash squash, float value) => squash switch
    {
        Squash.SignedLog => MathF.CopySign(MathF.Exp(MathF.Abs(value)) - 1, value),
        Squash.Log => MathF.Exp(value) - LogOffset,
        Squash.PureLog => MathF.Exp(value),
        _ => value,
    };

    public static float Apply(this Squash squash, double value) =>
        squash == Squash.PureLog ? (float)Math.Log(Math.Max(value, Smallest)) : squash.Apply((float)value);
}
