using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.ManyChannels;

/// <summary>
/// Readings of a machine that does not exist: sensors, and beside them what machines send that says nothing: a sensor once more in another
/// unit, a bit that comes and goes, one that rarely does, a counter, and two channels that never move.
/// </summary>
internal static class InventedMachine
{
    private const int Sensors = 6;
    private const int Beside = 6;
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public const int Channels = Sensors + Beside;

    public static string[] Names { get; } =
        [.. Enumerable.Range(1, Sensors).Select(s => $"sensor-{s}"), "again", "running", "lamp", "hours", "version", "spare"];

    /// <param name="readings">How many.</param>
    /// <param name="fault">What one of the sensors does at the end; null: all is well.</param>
    /// <param name="faultReadings">For how long it does.</param>
    /// <param name="random">Chooses the rest.</param>
    public static Recording Run(int readings, InventedFault.Shape? fault, int faultReadings, SplittableRandom random)
    {
        float[][] columns = [.. Enumerable.Range(0, Sensors).Select(s => InventedSensor.Normal(readings, random.Split((ulong)s)))];
        var own = random.Split(Sensors);
        if (fault is { } shape)
        {
            var column = columns[own.Below(Sensors)];
            InventedFault.Insert(column.AsSpan(readings - faultReadings), shape, Spread(column.AsSpan(0, readings - faultReadings)), own);
        }
        var values = new float[readings * Channels];
        var (isRunning, hours) = (false, 0f);
        for (var r = 0; r < readings; r++)
        {
            for (var s = 0; s < Sensors; s++)
                values[r * Channels + s] = columns[s][r];
            if (own.Uniform() < 0.05) isRunning = !isRunning;
            if (own.Uniform() < 0.2) hours++;
            float[] beside = [10 * columns[0][r] + 273, isRunning ? 1 : 0, own.Uniform() < 0.001 ? 1 : 0, hours, 7, 0];
            beside.CopyTo(values, r * Channels + Sensors);
        }
        DateTime[] times = [.. Enumerable.Range(0, readings).Select(r => Start.AddSeconds(r))];
        return new Recording("invented", Names, times, [], values, null);
    }

    private static double Spread(ReadOnlySpan<float> sound)
    {
        var (mean, squares) = (0.0, 0.0);
        foreach (var value in sound)
            mean += value / (double)sound.Length;
        foreach (var value in sound)
            squares += (value - mean) * (value - mean) / sound.Length;
        return Math.Sqrt(squares);
    }
}
