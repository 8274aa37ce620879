using System.Runtime.Intrinsics;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>The calibrated values z of one reading.</summary>
internal static class ScaledRow
{
    /// <summary>Writes z of some readings, one behind the other.</summary>
    public static void WriteAll(ReadOnlySpan<float> values, float[] center, float[] inverseSpread, float clip, Span<float> z)
    {
        for (; !values.IsEmpty; values = values[center.Length..], z = z[center.Length..])
            Write(values, center, inverseSpread, clip, z);
    }

    /// <summary>Each channel is one lane of a vector and no operation is fused: the result is the same on every processor.</summary>
    /// <param name="values">The reading, one value a channel; more may follow.</param>
    /// <param name="center">What z is 0 at.</param>
    /// <param name="inverseSpread">How much z rises with the value.</param>
    /// <param name="clip">Bound of |z|.</param>
    /// <param name="z">Where they go.</param>
    private static void Write(ReadOnlySpan<float> values, float[] center, float[] inverseSpread, float clip, Span<float> z)
    {
        var c = 0;
        for (; c <= center.Length - Vector128<float>.Count; c += Vector128<float>.Count)
        {
            var distance = Vector128.Create(values[c..]) - Vector128.Create(center.AsSpan(c));
            var scaled = distance * Vector128.Create(inverseSpread.AsSpan(c));
            Vector128.Min(Vector128.Max(scaled, Vector128.Create(-clip)), Vector128.Create(clip)).CopyTo(z[c..]);
        }
        for (; c < center.Length; c++)
            z[c] = Math.Clamp((values[c] - center[c]) * inverseSpread[c], -clip, clip);
    }
}
