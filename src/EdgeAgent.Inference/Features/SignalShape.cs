namespace EdgeAgent.Inference.Features;

/// <summary>How a signal is spread around its mean, in double precision.</summary>
/// <param name="Mean">Its mean.</param>
/// <param name="Rms">Root of the mean square, the mean included.</param>
/// <param name="Kurtosis">
/// Fourth moment over the square of the second: 1.5 for a sine, 3 for noise, more for knocks. Of a constant: 3.
/// </param>
/// <param name="Crest">Farthest sample from the mean over the standard deviation. Of a constant: 1.</param>
/// <param name="PeakToPeak">Highest sample less the lowest.</param>
internal readonly record struct SignalShape(double Mean, double Rms, double Kurtosis, double Crest, double PeakToPeak)
{
    /// <summary>Below this share of the mean's square a variance is rounding of the sensor's number, no movement.</summary>
    private const double VarianceFloor = 1e-14;

    /// <summary>Two walks: the first finds mean and ends, the second the moments around it, so that an offset costs no digits.</summary>
    public static SignalShape Of(ReadOnlySpan<double> signal)
    {
        var (sum, low, high) = (0.0, double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in signal)
        {
            sum += value;
            if (value < low) low = value;
            if (value > high) high = value;
        }
        var mean = sum / signal.Length;
        var (second, fourth) = (0.0, 0.0);
        foreach (var value in signal)
        {
            var square = (value - mean) * (value - mean);
            second += square;
            fourth += square * square;
        }
        var variance = second / signal.Length;
        var rms = Math.Sqrt(variance + mean * mean);
        if (!(variance > VarianceFloor * mean * mean)) return new SignalShape(mean, rms, 3, 1, high - low);
        return new SignalShape(
            mean, rms, fourth / signal.Length / (variance * variance), Math.Max(high - mean, mean - low) / Math.Sqrt(variance), high - low);
    }
}
