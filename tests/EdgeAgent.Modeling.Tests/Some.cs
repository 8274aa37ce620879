using System.Globalization;
using System.Text;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests;

/// <summary>Made-up recordings and networks.</summary>
internal static class Some
{
    public static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>CSV of two noisy channels, one reading a second; from <paramref name="faultAt"/> on "flow" falls and is labelled.</summary>
    public static string Csv(int rows, ulong seed, int faultAt = int.MaxValue, char separator = ';')
    {
        var random = new SplittableRandom(seed);
        var text = new StringBuilder($"datetime{separator}flow{separator}current{separator}anomaly\n");
        for (var r = 0; r < rows; r++)
        {
            var flow = 32 + 0.5 * random.Normal() - (r >= faultAt ? 10 : 0);
            text.Append(
                CultureInfo.InvariantCulture,
                $"{Start.AddSeconds(r):yyyy-MM-dd HH:mm:ss}{separator}{flow:0.00}{separator}{2 + 0.1 * random.Normal():0.000}{separator}{(r >= faultAt ? 1 : 0)}\n");
        }
        return text.ToString();
    }

    public static Recording Recording(int rows, ulong seed, int faultAt = int.MaxValue)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Place("a.csv"), Csv(rows, seed, faultAt));
        return RecordingFolder.ReadFile(folder.Place("a.csv"), "a.csv");
    }

    public static Network Network(int[] widths, ulong seed = 7, int batchLimit = 64)
    {
        var random = new SplittableRandom(seed);
        var network = new Network(widths, batchLimit, random);
        foreach (var layer in network.Layers)
            for (var o = 0; o < layer.Bias.Length; o++)
                layer.Bias[o] = (float)random.Uniform(-0.5, 0.5);
        return network;
    }

    public static float[] Floats(int count, ulong seed = 3)
    {
        var random = new SplittableRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.Normal())];
    }

    /// <summary>Slow waves under noise, about as calibrated readings look.</summary>
    public static WindowSet Windows(int count, int length, int channels, ulong seed = 11)
    {
        var random = new SplittableRandom(seed);
        var values = new float[count * length * channels];
        for (var w = 0; w < count; w++)
            for (var c = 0; c < channels; c++)
            {
                var (phase, speed) = (random.Uniform(0, 6.28), random.Uniform(0.05, 0.25));
                for (var r = 0; r < length; r++)
                    values[(w * length + r) * channels + c] = (float)(Math.Sin(speed * r + phase) + 0.5 * random.Normal());
            }
        return new WindowSet(values, [length, channels]);
    }

    public static float[] Run(ModelProto model, WindowSet windows, string output)
    {
        using var probe = new GraphProbe(model, []);
        return probe.Collect(windows, output);
    }

    public static float[] Run(ModelProto model, float[] rows)
    {
        using var session = new GraphSession(model);
        return session.Run(rows)[NetworkExport.Output];
    }
}
