using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Simulation;

/// <summary>
/// A fault's part in what a machine does. Its strength rises with severity in equal ratios, from a tenth of the machine's
/// usual vibration, which nobody would notice, to a few times it.
/// </summary>
internal sealed class Fault(FaultKind kind, MachineDesign design, SplittableRandom random)
{
    private const double Faint = 0.1, Strong = 3;
    /// <summary>A knock is short: at the same strength its peak is that much higher.</summary>
    private const double KnockPeak = 4;

    private readonly RaceDefect _outer = new(design, isInner: false, random.Split(0));
    private readonly RaceDefect _inner = new(design, isInner: true, random.Split(1));
    private readonly double _phase = random.Uniform(0, 2 * Math.PI);
    private readonly double _contact = random.Uniform(0.08, 0.25);
    private readonly double[] _orders =
        [.. Enumerable.Range(0, MachineDesign.Harmonics).Select(h => random.Uniform(0.4, 1) / Math.Sqrt(h + 1))];
    private double _strength;

    /// <param name="severity">0 to 1; 0: there is none.</param>
    /// <param name="usual">The machine's usual vibration.</param>
    public void Set(double severity, double usual) => _strength = severity > 0 ? usual * Faint * Math.Pow(Strong / Faint, severity) : 0;

    /// <summary>The shaft has turned on unheard.</summary>
    public void Resume(double turns)
    {
        _outer.Resume(turns);
        _inner.Resume(turns);
    }

    /// <summary>Adds what moves the axes at once, and gives the push on the modes.</summary>
    public double Add(Span<double> axes, double turns, double angle)
    {
        if (_strength == 0) return 0;
        switch (kind)
        {
            case FaultKind.OuterRace:
                return KnockPeak * _strength * _outer.Push(turns, Math.Cos(angle));
            case FaultKind.InnerRace:
                return KnockPeak * _strength * _inner.Push(turns, Math.Cos(angle));
            case FaultKind.Imbalance:
                Turn(axes, Math.Sqrt(2) * _strength * Math.Sin(angle + _phase), Math.Sqrt(2) * _strength * Math.Cos(angle + _phase), 0);
                return 0;
            case FaultKind.Misalignment:
                var twice = _strength * (Math.Sin(2 * angle + _phase) + 0.4 * Math.Sin(angle) + 0.3 * Math.Sin(3 * angle));
                Turn(axes, 0.5 * twice, 0.5 * twice, 1.3 * twice);
                return 0;
            case FaultKind.Looseness:
                var shake = Loose(turns);
                Turn(axes, shake, 0.7 * shake, 0.2 * shake);
                return 0.3 * Math.Abs(shake) * random.Normal();
            case FaultKind.Rub:
                return Rub(axes, turns);
            default:
                return 0;
        }
    }

    private double Loose(double turns)
    {
        var (sum, half) = (0.0, Math.PI * (turns % 2));
        for (var h = 0; h < _orders.Length; h++)
            sum += _orders[h] * Math.Sin(2 * half * (h + 1) + _phase * h) + (h < 3 ? 0.5 * _orders[h] * Math.Sin(half * (2 * h + 1)) : 0);
        return 0.7 * _strength * sum;
    }

    private double Rub(Span<double> axes, double turns)
    {
        var half = 0.3 * _strength * Math.Sin(Math.PI * (turns % 2));
        Turn(axes, half, half, 0);
        return turns - Math.Floor(turns) < _contact ? 1.5 * _strength * random.Normal() : 0;
    }

    private static void Turn(Span<double> axes, double x, double y, double z)
    {
        axes[0] += x;
        axes[1] += y;
        axes[2] += z;
    }
}
