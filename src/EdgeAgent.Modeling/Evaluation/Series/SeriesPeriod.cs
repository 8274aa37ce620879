namespace EdgeAgent.Modeling.Evaluation.Series;

/// <summary>The period of a series, which is the usual tolerance at the edges of its labels.</summary>
internal static class SeriesPeriod
{
    private const int Usual = 125, FirstLag = 3, LagLimit = 401, ValuesLimit = 20_000;
    private const int ShortestPlace = 3, LongestPlace = 300;

    /// <summary>The lag of the highest local maximum of its autocorrelation; 125 where that is none, or very short or long.</summary>
    public static int Of(ReadOnlySpan<float> series)
    {
        var values = new double[Math.Min(series.Length, ValuesLimit)];
        for (var i = 0; i < values.Length; i++)
            values[i] = series[i];
        var mean = values.Average();
        for (var i = 0; i < values.Length; i++)
            values[i] -= mean;
        var power = Correlation(values, 0);
        if (!(power > 1e-12 * values.Length)) return Usual;
        double[] r = [.. Enumerable.Range(FirstLag, Math.Max(0, Math.Min(LagLimit, values.Length) - FirstLag))
            .Select(lag => Correlation(values, lag) / power)];
        var best = -1;
        for (var i = 1; i < r.Length - 1; i++)
            if (r[i] > r[i - 1] && r[i] > r[i + 1] && (best < 0 || r[i] > r[best]))
                best = i;
        return best is < ShortestPlace or > LongestPlace ? Usual : best + FirstLag;
    }

    private static double Correlation(double[] values, int lag)
    {
        var sum = 0.0;
        for (var i = lag; i < values.Length; i++)
            sum += values[i] * values[i - lag];
        return sum;
    }
}
