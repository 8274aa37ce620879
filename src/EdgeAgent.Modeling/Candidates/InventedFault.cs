using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Candidates;

/// <summary>What happens to a channel in a fault that is made out of the recording itself.</summary>
internal enum FaultShape
{
    /// <summary>Its level shifts.</summary>
    Shift,
    /// <summary>It creeps away, to be there after half of the fault.</summary>
    Creep,
    /// <summary>It stands still where it is.</summary>
    Stuck,
    /// <summary>It shakes.</summary>
    Noise,
    /// <summary>It jumps for single readings, one of eight.</summary>
    Spikes,
    /// <summary>It runs as it did at another time, while the other channels go on: each by itself looks in order.</summary>
    Parted,
}

/// <summary>
/// Puts faults into a recording in its own terms: sizes are multiples of a channel's own spread before the fault, whatever its unit, its
/// machine or the model that is to find it.
/// </summary>
internal static class InventedFault
{
    private const int SpikeEvery = 8, PlacesTried = 12;
    private const double SmallestSize = 1.5, LargestSize = 12;

    /// <summary>Those of one channel alone; that one parts from others needs others.</summary>
    public static FaultShape[] Shapes(int channels) =>
        [.. Enum.GetValues<FaultShape>().Where(s => channels > 1 || s != FaultShape.Parted)];

    /// <summary>A size between a faint and a plain fault, uniform in the logarithm, up or down.</summary>
    public static double Size(SplittableRandom random) =>
        random.LogUniform(SmallestSize, LargestSize) * (random.Uniform() < 0.5 ? -1 : 1);

    /// <summary>Spread of a channel's readings before a row; of one that never moves, a hundredth of its level.</summary>
    public static double Spread(Recording recording, int channel, int rows)
    {
        var values = Enumerable.Range(0, rows).Select(r => (double)recording.Row(r)[channel]).ToArray();
        var mean = values.Average();
        var spread = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        return spread > 1e-7 * Math.Abs(mean) ? spread : mean == 0 ? 1 : Math.Abs(mean) / 100;
    }

    /// <param name="recording">Changed in place from a row on, to its end.</param>
    /// <param name="first">That row.</param>
    /// <param name="channel">Which channel.</param>
    /// <param name="shape">What happens to it.</param>
    /// <param name="size">By how many spreads; of no matter to what stands still or parts.</param>
    /// <param name="whole">The recording that it was cut from, for other times.</param>
    /// <param name="random">Chooses noise and other times.</param>
    public static void Insert(
        Recording recording, int first, int channel, FaultShape shape, double size, Recording whole, SplittableRandom random)
    {
        var (channels, rows) = (recording.Channels.Length, recording.Rows - first);
        var shift = size * Spread(recording, channel, first);
        var held = recording.Row(first)[channel];
        var other = shape == FaultShape.Parted ? OtherTime(recording, first, channel, whole, random) : 0;
        for (var r = 0; r < rows; r++)
        {
            ref var value = ref recording.Values[(first + r) * channels + channel];
            value = shape switch
            {
                FaultShape.Shift => value + (float)shift,
                FaultShape.Creep => value + (float)(shift * Math.Min(1, 2.0 * (r + 1) / rows)),
                FaultShape.Stuck => held,
                FaultShape.Noise => value + (float)(shift * random.Normal()),
                FaultShape.Spikes => r % SpikeEvery == 0 ? value + (float)(2 * shift) : value,
                _ => whole.Row(other + r)[channel],
            };
        }
    }

    /// <summary>Of some times that at which the channel runs farthest from how it runs here: at others nothing would be wrong.</summary>
    private static int OtherTime(Recording recording, int first, int channel, Recording whole, SplittableRandom random)
    {
        var rows = recording.Rows - first;
        var here = Enumerable.Range(first, rows).Average(r => recording.Row(r)[channel]);
        var (best, farthest) = (0, -1.0);
        for (var t = 0; t < PlacesTried; t++)
        {
            var place = random.Below(whole.Rows - rows + 1);
            var distance = Math.Abs(Enumerable.Range(place, rows).Average(r => whole.Row(r)[channel]) - here);
            if (distance > farthest) (best, farthest) = (place, distance);
        }
        return best;
    }
}
