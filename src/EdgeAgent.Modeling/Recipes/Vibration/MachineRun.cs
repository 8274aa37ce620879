using EdgeAgent.Modeling.Simulation;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>The features of one machine's windows in the order of time, before any calibration.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Fault">What goes wrong.</param>
/// <param name="Onset">Window from which it does; windows of a sound machine have none.</param>
/// <param name="Width">Features of a window: statistics times axes.</param>
/// <param name="Features">[windows, width].</param>
internal sealed record MachineRun(string Name, FaultKind Fault, int Onset, int Width, float[] Features)
{
    public int Windows => Features.Length / Width;

    public ReadOnlySpan<float> Window(int index) => Features.AsSpan(index * Width, Width);
}
