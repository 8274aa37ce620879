namespace EdgeAgent.Inference.Features;

/// <summary>
/// Where in frequency a signal's energy lies: its mean removed, faded at both ends (Hann), transformed. Holds scratch
/// memory: one owner at a time.
/// </summary>
internal sealed class WindowedSpectrum
{
    private readonly RealFourier _fourier;
    private readonly double[] _fade;
    private readonly double[] _faded;
    private readonly double[] _power;
    private readonly double _scale;

    /// <param name="length">Samples; a power of two.</param>
    public WindowedSpectrum(int length)
    {
        _fourier = new RealFourier(length);
        _fade = [.. Enumerable.Range(0, length).Select(i => 0.5 - 0.5 * Math.Cos(2 * Math.PI * i / length))];
        _faded = new double[length];
        _power = new double[length / 2 + 1];
        // So that the energies of all bands add up to about the variance of the signal (Parseval; a Hann window keeps 3/8 of it).
        _scale = 2 / (length * _fade.Sum(f => f * f));
    }

    public void Take(ReadOnlySpan<double> signal, double mean)
    {
        for (var i = 0; i < _faded.Length; i++)
            _faded[i] = (signal[i] - mean) * _fade[i];
        _fourier.Power(_faded, _power);
    }

    /// <summary>Mean square of what lies in bins [from, to).</summary>
    public double Energy(int from, int to)
    {
        var sum = 0.0;
        for (var k = from; k < to; k++)
            sum += _power[k];
        // The highest bin has no mirror image.
        if (to == _power.Length) sum -= _power[^1] / 2;
        return sum * _scale;
    }

    /// <summary>The same as a share of all bins but the mean's; 0 of a constant.</summary>
    public double Share(int from, int to)
    {
        var all = Energy(1, _power.Length);
        return all > 0 ? Energy(from, to) / all : 0;
    }
}
