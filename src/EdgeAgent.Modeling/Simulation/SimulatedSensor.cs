using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Simulation;

/// <summary>An accelerometer: gravity, noise, range and steps; and what becomes of its signal when it clips early or comes loose.</summary>
internal sealed class SimulatedSensor
{
    private readonly MachineDesign _design;
    private readonly FaultKind _fault;
    private readonly SplittableRandom _random;
    private readonly Resonator[] _mounts;
    private double _limit = double.PositiveInfinity;
    private double _loose;
    private double _rattle;

    public SimulatedSensor(MachineDesign design, FaultKind fault, SplittableRandom random)
    {
        (_design, _fault, _random) = (design, fault, random);
        var frequency = random.Uniform(0.04, 0.12);
        _mounts = [.. Enumerable.Range(0, MachineDesign.Axes).Select(_ => new Resonator(frequency, 0.3))];
    }

    /// <param name="severity">0 to 1.</param>
    /// <param name="usual">The machine's usual vibration.</param>
    public void Set(double severity, double usual)
    {
        _limit = _fault == FaultKind.ClippedSensor && severity > 0 ? usual * 4 * Math.Pow(0.15, severity) : double.PositiveInfinity;
        _loose = _fault == FaultKind.LooseSensor ? severity : 0;
        _rattle = usual * severity;
    }

    public void Tell(ReadOnlySpan<double> axes, Span<float> samples)
    {
        var isRattling = _loose > 0 && _random.Uniform() < 0.004 * _loose;
        for (var axis = 0; axis < axes.Length; axis++)
        {
            var felt = axes[axis];
            if (_loose > 0)
            {
                var rattled = felt + (isRattling ? 6 * _rattle * _random.Normal() : 0);
                felt = (1 - _loose) * felt + _loose * 0.5 * _mounts[axis].Step(rattled);
            }
            felt = Math.Clamp(felt, -_limit, _limit) + _design.Gravity[axis] + _design.SensorNoise * _random.Normal();
            samples[axis] = (float)(_design.Step * Math.Round(Math.Clamp(felt, -_design.Range, _design.Range) / _design.Step));
        }
    }
}
