using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Normals;

/// <summary>
/// Smallest spread per channel that calibration may find. A sensor that stands still while it learns would
/// otherwise turn its next step into an endless z.
/// </summary>
/// <remarks>
/// A sensor's step is taken as the 5 % quantile of its changes from one reading to the next, those of zero left
/// out: the step itself where the sensor is coarse, and a small number that never binds where it is fine.
/// </remarks>
internal static class SensorFloors
{
    private const double StepQuantile = 0.05;
    private const float FloatStep = 1.2e-7f, SmallestStep = 1e-20f;

    /// <param name="parts">Recordings, each with how many of its first rows may be used.</param>
    /// <param name="steps">Floor in steps of the sensor.</param>
    /// <exception cref="ModelingException">A channel never changes.</exception>
    public static float[] Estimate(IReadOnlyList<(Recording Recording, int Rows)> parts, float steps) =>
        [.. parts[0].Recording.Channels.Select((_, channel) => steps * Step(parts, channel))];

    private static float Step(IReadOnlyList<(Recording Recording, int Rows)> parts, int channel)
    {
        var changes = new List<float>();
        foreach (var (recording, rows) in parts)
            for (var r = 1; r < rows; r++)
                if (MathF.Abs(recording.Row(r)[channel] - recording.Row(r - 1)[channel]) is > 0 and var change)
                    changes.Add(change);
        if (changes.Count == 0)
            throw Constant(parts, channel);
        changes.Sort();
        return Math.Max(changes[(int)(changes.Count * StepQuantile)], Resolution(parts, channel));
    }

    /// <summary>What a float can tell apart at this level: a smaller step is no measurement, and its inverse may have no end.</summary>
    private static float Resolution(IReadOnlyList<(Recording Recording, int Rows)> parts, int channel)
    {
        var level = 0f;
        foreach (var (recording, rows) in parts)
            for (var r = 0; r < rows; r++)
                level = Math.Max(level, MathF.Abs(recording.Row(r)[channel]));
        return Math.Max(level * FloatStep, SmallestStep);
    }

    private static ModelingException Constant(IReadOnlyList<(Recording Recording, int Rows)> parts, int channel)
    {
        var (first, rows) = parts[0];
        var others = parts.Count > 1 ? $" of this and {parts.Count - 1} more recordings" : "";
        return new ModelingException(
            $"{first.Where(0)}-{first.Where(rows - 1)[(first.Name.Length + 1)..]}: "
            + $"column \"{first.Channels[channel]}\" stays at {first.Row(0)[channel]} "
            + $"in every training row{others}; a model can learn nothing from it: leave it out with --channels");
    }
}
