namespace EdgeAgent.Modeling.Simulation;

/// <summary>One mode of a structure: a damped oscillator that is pushed, as a digital filter of second order.</summary>
/// <remarks>Impulse invariance: its answer to a knock is exp(−ζωt)·sin(ωt), sampled, with a peak of about 1.</remarks>
internal sealed class Resonator
{
    private readonly double _first;
    private readonly double _second;
    private readonly double _gain;
    private double _last;
    private double _before;

    /// <param name="frequency">As a share of the sample rate, below 0.5.</param>
    /// <param name="damping">ζ, 0.01 to 0.1 for structures of steel.</param>
    public Resonator(double frequency, double damping)
    {
        var angle = 2 * Math.PI * frequency;
        var decay = Math.Exp(-damping * angle);
        _first = 2 * decay * Math.Cos(angle);
        _second = -decay * decay;
        _gain = decay * Math.Sin(angle);
        // What white noise of variance 1 makes of it; so that noise of any mode can be had at a given strength.
        NoiseGain = 1 / Math.Sqrt(Variance());
    }

    /// <summary>Factor that brings noise of variance 1 to an answer of variance 1.</summary>
    public double NoiseGain { get; }

    public double Step(double push)
    {
        var value = _gain * push + _first * _last + _second * _before;
        _before = _last;
        return _last = value;
    }

    /// <summary>Variance of a second-order autoregression, by its coefficients.</summary>
    private double Variance()
    {
        var ratio = _first / (1 - _second);
        return _gain * _gain / (1 - _first * ratio - _second * (_first * ratio + _second));
    }
}
