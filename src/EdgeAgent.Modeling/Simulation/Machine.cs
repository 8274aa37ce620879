using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Simulation;

/// <summary>
/// A rotating machine as a sensor of three axes feels it, sample by sample: orders of the shaft, mesh, modes that noise
/// and knocks excite, drift of speed and load; and a fault of a given strength. The same seed gives the same samples.
/// </summary>
internal sealed class Machine
{
    private const double MeasuringSeconds = 0.5;

    private readonly MachineDesign _design;
    private readonly SplittableRandom _random;
    private readonly SlowDrift _speed;
    private readonly SlowDrift _load;
    private readonly Resonator[] _modes;
    private readonly Fault _fault;
    private readonly SimulatedSensor _sensor;
    private readonly double[] _answers = new double[MachineDesign.Modes];
    private double _turns;

    public Machine(MachineDesign design, FaultKind fault, SplittableRandom random)
    {
        _design = design;
        _random = random.Split(0);
        _speed = new SlowDrift(design.SpeedDrift, random.Split(1));
        _load = new SlowDrift(design.LoadDrift, random.Split(2));
        _modes = [.. design.ModeShapes.Select(m => new Resonator(m.Frequency, m.Damping))];
        _fault = new Fault(fault, design, random.Split(3));
        _sensor = new SimulatedSensor(design, fault, random.Split(4));
        Usual = Measure();
    }

    /// <summary>Standard deviation of the sound machine, all axes together: the measure of faults.</summary>
    public double Usual { get; }

    /// <summary>The machine goes on unheard.</summary>
    public void Advance(double seconds)
    {
        _speed.Advance(seconds);
        _load.Advance(seconds);
        _turns += seconds * _design.Speed * _speed.Value + _random.Uniform();
        _turns -= Math.Floor(_turns / 1000) * 1000;
        _fault.Resume(_turns);
    }

    /// <summary>Writes samples, x y z x y z …, with a fault of strength 0 (none) to 1 (strong).</summary>
    public void Sample(Span<float> samples, double severity)
    {
        Span<double> axes = stackalloc double[MachineDesign.Axes];
        _fault.Set(severity, Usual);
        _sensor.Set(severity, Usual);
        for (var i = 0; i < samples.Length; i += MachineDesign.Axes)
        {
            Feel(axes);
            _sensor.Tell(axes, samples.Slice(i, MachineDesign.Axes));
        }
    }

    private void Feel(Span<double> axes)
    {
        _turns += _design.Speed * _speed.Value / _design.Rate;
        var angle = 2 * Math.PI * (_turns - Math.Floor(_turns));
        var (sin, cos) = Math.SinCos(angle);
        axes.Clear();
        AddOrders(axes, sin, cos, _speed.Value * _speed.Value);
        AddMesh(axes, angle, cos);
        var push = _fault.Add(axes, _turns, angle);
        AddModes(axes, push);
    }

    /// <summary>Harmonics by the addition theorem: one sine serves them all.</summary>
    private void AddOrders(Span<double> axes, double sin, double cos, double strength)
    {
        var (s, c) = (sin, cos);
        for (var h = 0; h < MachineDesign.Harmonics; h++)
        {
            for (var axis = 0; axis < axes.Length; axis++)
                axes[axis] += strength * (_design.Sine[axis, h] * s + _design.Cosine[axis, h] * c);
            (s, c) = (s * cos + c * sin, c * cos - s * sin);
        }
    }

    private void AddMesh(Span<double> axes, double angle, double cos)
    {
        if (_design.Teeth == 0) return;
        var mesh = _design.MeshStrength * _load.Value * (1 + _design.MeshModulation * cos) * Math.Sin(_design.Teeth * angle);
        for (var axis = 0; axis < axes.Length; axis++)
            axes[axis] += mesh * _design.ModeGains[axis, 0];
    }

    private void AddModes(Span<double> axes, double push)
    {
        var noise = _design.ProcessNoise * _load.Value;
        for (var mode = 0; mode < _modes.Length; mode++)
        {
            var pushed = mode == _modes.Length - 1 ? push : 0.15 * push;
            _answers[mode] = _modes[mode].Step(noise * _modes[mode].NoiseGain * _random.Normal() + pushed);
        }
        for (var axis = 0; axis < axes.Length; axis++)
            for (var mode = 0; mode < _modes.Length; mode++)
                axes[axis] += _design.ModeGains[axis, mode] * _answers[mode];
    }

    private double Measure()
    {
        Span<double> axes = stackalloc double[MachineDesign.Axes];
        var samples = (int)(MeasuringSeconds * _design.Rate);
        var squares = 0.0;
        for (var i = 0; i < samples; i++)
        {
            Feel(axes);
            foreach (var value in axes)
                squares += value * value;
        }
        return Math.Sqrt(squares / (samples * MachineDesign.Axes));
    }
}
