namespace EdgeAgent.Modeling.Training;

/// <summary>Binary cross-entropy on logits, mean over the batch.</summary>
internal static class CrossEntropy
{
    /// <param name="logits">[batch].</param>
    /// <param name="targets">[batch], 0 or 1.</param>
    /// <param name="gradient">[batch or longer]: the loss's derivative by each logit.</param>
    public static double Of(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets, Span<float> gradient)
    {
        double loss = 0;
        for (var i = 0; i < logits.Length; i++)
        {
            double v = logits[i], t = targets[i];
            // max(v, 0) − v·t + ln(1 + e^−|v|): the form that neither overflows nor loses small values.
            loss += Math.Max(v, 0) - v * t + Math.Log(1 + Math.Exp(-Math.Abs(v)));
            gradient[i] = (float)((1 / (1 + Math.Exp(-v)) - t) / logits.Length);
        }
        return loss / logits.Length;
    }
}
