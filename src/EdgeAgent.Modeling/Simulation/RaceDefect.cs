using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Simulation;

/// <summary>Knocks of balls that pass a pit in a race: nearly periodic, for balls slip a little.</summary>
/// <remarks>
/// P. McFadden, J. Smith, "Model for the vibration produced by a single point defect in a rolling element bearing",
/// J. Sound Vib. 96 (1984): passing frequencies from the geometry; on the inner race the load zone modulates once a turn.
/// </remarks>
internal sealed class RaceDefect(MachineDesign design, bool isInner, SplittableRandom random)
{
    private const double Slip = 0.012;

    private readonly double _perTurn = design.Bearing.Balls / 2.0 * (isInner ? 1 + design.Bearing.Ratio : 1 - design.Bearing.Ratio);
    private double _next = random.Uniform();

    /// <summary>The shaft has turned on unheard.</summary>
    public void Resume(double turns) => _next = turns * _perTurn + random.Uniform();

    /// <summary>Strength of the knock in this step of the shaft, 0 for none.</summary>
    /// <param name="turns">Turns so far.</param>
    /// <param name="cosine">Of the shaft's angle.</param>
    public double Push(double turns, double cosine)
    {
        var passed = turns * _perTurn;
        if (passed < _next) return 0;
        _next = Math.Max(_next, passed - 1) + 1 + Slip * random.Normal();
        return isInner ? Math.Max(0, 0.55 + 0.45 * cosine) : 0.85 + 0.15 * random.Uniform();
    }
}
