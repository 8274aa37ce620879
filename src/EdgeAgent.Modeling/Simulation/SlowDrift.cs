using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Simulation;

/// <summary>Something that wanders around 1 and is drawn back: an Ornstein-Uhlenbeck process, stepped exactly.</summary>
internal sealed class SlowDrift
{
    private readonly double _size;
    private readonly double _seconds;
    private readonly SplittableRandom _random;
    private double _offset;

    public SlowDrift((double Size, double Seconds) shape, SplittableRandom random)
    {
        (_size, _seconds) = shape;
        _random = random;
        _offset = _size * random.Normal();
    }

    public double Value => 1 + _offset;

    public void Advance(double seconds)
    {
        var kept = Math.Exp(-seconds / _seconds);
        // Nothing that turns wanders further than three standard deviations: someone controls it.
        _offset = Math.Clamp(_offset * kept + _size * Math.Sqrt(1 - kept * kept) * _random.Normal(), -3 * _size, 3 * _size);
    }
}
