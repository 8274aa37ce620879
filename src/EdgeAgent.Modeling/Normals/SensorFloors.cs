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
    private const float StillShare = 0.01f, BitSteps = 4;
    // Of the devices' spreads the smallest but for one in ten; a device that stands still while it calibrates gets a tenth of that.
    private const float LeastShare = 0.1f;
    private const int LeastOf = 10;
    private const float FloatStep = 1.2e-7f, SmallestStep = 1e-20f;

    /// <param name="parts">Recordings, each with how many of its first rows may be used.</param>
    /// <param name="steps">Floor in steps of the sensor.</param>
    public static float[] Estimate(IReadOnlyList<(Recording Recording, int Rows)> parts, float steps) =>
        [.. parts[0].Recording.Channels.Select((_, channel) => steps * Step(parts, channel))];

    /// <summary>
    /// Floors where each device brings its own spread and steps: only what a device that stood still while it calibrated must not fall
    /// below. A bit is hardly seen, for it has no size; a channel that never moved in what was taken for normal is known by its steps
    /// elsewhere.
    /// </summary>
    /// <param name="parts">Recordings, each with how many of its first rows may be used.</param>
    /// <param name="all">All rows that there are, perhaps with faults in them.</param>
    /// <param name="steps">Floor in steps of the sensor.</param>
    public static float[] OfStill(
        IReadOnlyList<(Recording Recording, int Rows)> parts, IReadOnlyList<(Recording Recording, int Rows)> all, float steps) =>
        [.. parts[0].Recording.Channels.Select((_, c) => OfStill(parts, all, steps, c))];

    private static float OfStill(
        IReadOnlyList<(Recording Recording, int Rows)> parts, IReadOnlyList<(Recording Recording, int Rows)> all, float steps, int channel)
    {
        var kind = Kind(all, channel);
        if (kind is ChannelKind.Bit or ChannelKind.Constant) return (kind == ChannelKind.Bit ? BitSteps : steps) * Step(all, channel);
        var spreads = parts.Select(p => Spread(Column(p.Recording, p.Rows, channel))).Where(s => s > 0).Order().ToArray();
        return spreads.Length == 0 ? steps * Step(all, channel)
            : Math.Max(LeastShare * spreads[spreads.Length / LeastOf], Resolution(parts, channel));
    }

    /// <summary>By how much z moves where a bit changes.</summary>
    public const float BitZ = 1 / BitSteps;

    /// <summary>Which channels are bits, by all rows that there are.</summary>
    public static bool[] Bits(IReadOnlyList<(Recording Recording, int Rows)> all) =>
        [.. all[0].Recording.Channels.Select((_, c) => Kind(all, c) == ChannelKind.Bit)];

    private static ChannelKind Kind(IReadOnlyList<(Recording Recording, int Rows)> all, int channel) =>
        ChannelSense.Of([.. all.Select(p => Column(p.Recording, p.Rows, channel))]);

    private static float Spread(float[] values)
    {
        var mean = values.Average(v => (double)v);
        return (float)Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }

    private static float[] Column(Recording recording, int rows, int channel) =>
        [.. Enumerable.Range(0, rows).Select(r => recording.Row(r)[channel])];

    private static float Step(IReadOnlyList<(Recording Recording, int Rows)> parts, int channel)
    {
        var changes = new List<float>();
        foreach (var (recording, rows) in parts)
            for (var r = 1; r < rows; r++)
                if (MathF.Abs(recording.Row(r)[channel] - recording.Row(r - 1)[channel]) is > 0 and var change)
                    changes.Add(change);
        // Of what never moves only its own size is known.
        if (changes.Count == 0)
            return StillShare * Level(parts, channel) is > 0 and var share ? share : 1;
        changes.Sort();
        return Math.Max(changes[(int)(changes.Count * StepQuantile)], Resolution(parts, channel));
    }

    /// <summary>What a float can tell apart at this level: a smaller step is no measurement, and its inverse may have no end.</summary>
    private static float Resolution(IReadOnlyList<(Recording Recording, int Rows)> parts, int channel) =>
        Math.Max(Level(parts, channel) * FloatStep, SmallestStep);

    private static float Level(IReadOnlyList<(Recording Recording, int Rows)> parts, int channel)
    {
        var level = 0f;
        foreach (var (recording, rows) in parts)
            for (var r = 0; r < rows; r++)
                level = Math.Max(level, MathF.Abs(recording.Row(r)[channel]));
        return level;
    }
}
