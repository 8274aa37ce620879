using System.Globalization;
using System.Text;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Commands;

/// <summary>A kind of folder that a data scientist may bring: how many recordings, how long, and what a reading is made of.</summary>
/// <param name="Files">Recordings to fit on.</param>
/// <param name="Rows">Readings of each.</param>
/// <param name="Step">From one reading to the next.</param>
/// <param name="Channels">Values of a reading.</param>
/// <param name="Make">[channel][row] of a recording in order.</param>
internal sealed record InventedFolder(int Files, int Rows, TimeSpan Step, int Channels, Func<int, SplittableRandom, double[][]> Make)
{
    private const double FaultSpreads = 5, NoiseSpreads = 3, FaultShare = 0.1;

    /// <summary>What happens to the channels of a fault.</summary>
    internal enum Shape
    {
        /// <summary>5 spreads beside their place.</summary>
        Step,
        /// <summary>The same, reached halfway through.</summary>
        Ramp,
        /// <summary>Noise of 3 spreads.</summary>
        Noise,
        /// <summary>They stand still where they are.</summary>
        Stuck,
    }

    /// <summary>The kinds by name.</summary>
    public static readonly IReadOnlyDictionary<string, InventedFolder> Kinds = new Dictionary<string, InventedFolder>
    {
        ["outdoor temperatures with a season longer than the recording"] = new(3, 8000, TimeSpan.FromSeconds(10), 3, Outdoor)
        {
            Hard = { [Shape.Ramp] = 4 },
        },
        ["12 channels in 50 files of 300 readings"] = new(50, 300, TimeSpan.FromSeconds(1), 12, (rows, random) => Noise(12, rows, random))
        {
            Hard = { [Shape.Stuck] = 4 },
        },
        ["64 channels of noise in 3 files"] = new(3, 1500, TimeSpan.FromSeconds(1), 64, (rows, random) => Noise(64, rows, random)),
        ["20 wandering channels in 5 files"] = new(5, 1500, TimeSpan.FromSeconds(1), 20, (rows, random) => Wandering(20, rows, random)),
        ["two loads"] = new(4, 6000, TimeSpan.FromSeconds(1), 6, Loads) { Hard = { [Shape.Ramp] = 4 } },
        ["slow drift without end"] = new(5, 4000, TimeSpan.FromSeconds(10), 3, Drifting),
        ["a tenth at fault and not labelled"] = new(6, 4000, TimeSpan.FromSeconds(1), 6, (rows, random) => Wandering(6, rows, random))
        {
            HasFaults = true,
        },
        ["one meter every five minutes"] = new(
            1, 20_000, TimeSpan.FromMinutes(5), 1, (rows, random) => [Season(rows, 288, 4, random, noise: 1)]),
        ["four channels every five minutes with a season of a day"] = new(1, 9000, TimeSpan.FromMinutes(5), 4, Month),
        ["two channels at 10 Hz"] = new(2, 15_000, TimeSpan.FromMilliseconds(100), 2, (rows, random) => Wandering(2, rows, random))
        {
            Hard = { [Shape.Ramp] = 4 },
        },
    };

    /// <summary>The recordings hold faults that nobody has marked: four of a fortieth each.</summary>
    public bool HasFaults { get; init; }

    /// <summary>Where fewer than five of six faults of a shape are asked for, and why.</summary>
    private Dictionary<Shape, int> Hard { get; init; } = [];

    /// <summary>Of six faults so many must be found at least.</summary>
    public int FoundOfSix(Shape shape) => Hard.TryGetValue(shape, out var count) ? count : 5;

    /// <summary>Writes the recordings to fit on.</summary>
    public void Write(Func<string, string> file, ulong seed)
    {
        for (var i = 0; i < Files; i++)
        {
            var recording = New($"r{i:00}.csv", Rows, seed * 1000 + (ulong)i);
            if (HasFaults)
                for (var k = 0; k < 4; k++)
                    Insert(recording, Rows * (8 + 22 * k) / 100, Rows / 40, Shape.Step, new SplittableRandom(seed + (ulong)(10 * i + k)));
            var text = new StringBuilder("timestamp");
            foreach (var channel in recording.Channels)
                text.Append(',').Append(channel);
            for (var r = 0; r < recording.Rows; r++)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n{recording.Times[r]:yyyy-MM-dd HH:mm:ss.fff}");
                foreach (var value in recording.Row(r))
                    text.Append(CultureInfo.InvariantCulture, $",{value:g6}");
            }
            File.WriteAllText(file($"data/{recording.Name}"), text.Append('\n').ToString());
        }
    }

    /// <summary>A recording in order that no fit has seen.</summary>
    public Recording Unseen(ulong seed) => New("unseen.csv", Math.Min(Rows, 6000), 900_000 + seed);

    /// <summary>The same with a fault in one to three channels over a tenth of it. Gives its first and last row.</summary>
    public (Recording Recording, int First, int Last) Faulty(ulong seed, Shape shape)
    {
        var recording = New("faulty.csv", Math.Min(Rows, 6000), 950_000 + seed);
        var random = new SplittableRandom(seed);
        var (first, rows) = ((int)(random.Uniform(0.6, 0.85) * recording.Rows), Math.Max(30, (int)(FaultShare * recording.Rows)));
        Insert(recording, first, rows, shape, random);
        return (recording, first, first + rows - 1);
    }

    private static void Insert(Recording recording, int first, int rows, Shape shape, SplittableRandom random)
    {
        var channels = recording.Channels.Length;
        var order = Enumerable.Range(0, channels).ToArray();
        random.Shuffle(order);
        foreach (var c in order.Take(1 + random.Below(Math.Min(3, channels))))
        {
            var values = Enumerable.Range(0, recording.Rows).Select(r => (double)recording.Row(r)[c]).ToArray();
            var mean = values.Average();
            var spread = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
            var offset = FaultSpreads * spread * (random.Uniform() < 0.5 ? -1 : 1);
            for (var r = first; r < first + rows; r++)
                recording.Values[r * channels + c] = (float)(shape switch
                {
                    Shape.Step => values[r] + offset,
                    Shape.Ramp => values[r] + offset * Math.Min(1, 2.0 * (r - first) / rows),
                    Shape.Noise => values[r] + NoiseSpreads * spread * random.Normal(),
                    _ => values[first],
                });
        }
    }

    private Recording New(string name, int rows, ulong seed)
    {
        var made = Make(rows, new SplittableRandom(seed));
        return new Recording(name, [.. Enumerable.Range(0, Channels).Select(c => $"ch{c}")],
            [.. Enumerable.Range(0, rows).Select(r => Some.Start + r * Step)],
            [.. Enumerable.Range(0, rows).Select(r => $"{r}")],
            [.. Enumerable.Range(0, rows).SelectMany(r => made.Select(channel => (float)channel[r]))], null);
    }

    private static double[][] Noise(int channels, int rows, SplittableRandom random) =>
        [.. Enumerable.Range(1, channels).Select(c => Each(rows, _ => 10 * c + 0.1 * c * random.Normal()))];

    private static double[][] Wandering(int channels, int rows, SplittableRandom random) =>
        [.. Enumerable.Range(1, channels).Select(c => SensorParts.Wander(rows, 10, random))
            .Select((w, c) => Each(rows, r => 50 + 7 * c + (1 + 0.1 * c) * w[r] + 0.3 * random.Normal()))];

    private static double[] Season(int rows, double period, double size, SplittableRandom random, double noise) =>
        Each(rows, r => 50 + size * Math.Sin(2 * Math.PI * r / period) + noise * random.Normal());

    private static double[][] Outdoor(int rows, SplittableRandom random)
    {
        var level = SensorParts.Wander(rows, 500, random);
        double Day(int r) => Math.Sin(2 * Math.PI * r / 8640);
        return [Each(rows, r => 6 * Day(r) + 0.3 * level[r] + 0.2 * random.Normal()),
            Each(rows, r => 1 + 0.5 * Day(r) + 0.1 * random.Normal()), Each(rows, r => 3 * Day(r) + 0.3 * random.Normal())];
    }

    private static double[][] Month(int rows, SplittableRandom random) =>
        [.. Enumerable.Range(1, 4).Select(c => Season(rows, 288, 2 + c, random, noise: 0.5 * c))];

    private static double[][] Drifting(int rows, SplittableRandom random) =>
    [
        .. new[] { (40.0, 0.02, 0.3), (10, 0.005, 0.1), (200, 0.1, 2) }.Select(p =>
        {
            var level = p.Item1;
            return Each(rows, _ => (level += p.Item2 * random.Normal()) + p.Item3 * random.Normal());
        }),
    ];

    private static double[][] Loads(int rows, SplittableRandom random)
    {
        var (load, smooth, left, now) = (new double[rows], 0.0, 0, random.Below(2));
        for (var r = 0; r < rows; r++)
        {
            if (left-- <= 0) (left, now) = (60 + (int)(-300 * Math.Log(1 - random.Uniform())), 1 - now);
            load[r] = smooth += 0.1 * (now - smooth);
        }
        return [.. new[] { (10.0, 5.0, 0.3), (60, 20, 1), (5, 2, 0.1), (30, 0, 1), (40, 8, 0.5), (2, 1, 0.1) }.Select(
            p => Each(rows, r => p.Item1 + p.Item2 * load[r] + p.Item3 * random.Normal()))];
    }

    private static double[] Each(int rows, Func<int, double> value) => [.. Enumerable.Range(0, rows).Select(value)];
}
