using System.Numerics;

namespace EdgeAgent.Modeling.Training;

/// <summary>The one vector loop that training needs.</summary>
internal static class Lanes
{
    /// <summary>
    /// y += a·x. Each lane is its own result and nothing is fused, so the outcome does not depend on the
    /// processor's vector width; sums over many terms are written as a row of these.
    /// </summary>
    public static void AddScaled(Span<float> y, ReadOnlySpan<float> x, float a)
    {
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var factor = new Vector<float>(a);
            for (; i <= y.Length - Vector<float>.Count; i += Vector<float>.Count)
                (new Vector<float>(y[i..]) + factor * new Vector<float>(x[i..])).CopyTo(y[i..]);
        }
        for (; i < y.Length; i++)
            y[i] += a * x[i];
    }
}
