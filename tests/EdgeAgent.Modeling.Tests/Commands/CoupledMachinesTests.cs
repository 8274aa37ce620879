using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Commands;

/// <summary>Five machines of other sizes, each with three channels that follow its load: a fault shows only beside the load.</summary>
public sealed class CoupledMachinesTests : IDisposable
{
    private const int Machines = 5, Rows = 4000, First = 3000, Last = 3500;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_parts_a_channel_from_the_others_is_found_though_it_stays_within_its_own_range()
    {
        for (var i = 0; i < Machines; i++)
            Write(_folder.Place($"data/machine{i}.csv"), Machine((ulong)i, isFaulty: false));
        Assert.Equal(0, CommandLine.Run(["fit", "--data", _folder.Place("data"), "--out", _folder.Place("mine")]));

        var bundle = ModelBundle.Load(_folder.Place("mine"));
        using var replay = new DeviceReplay(bundle.Manifest, OnnxFile.Read(bundle.ModelPath));
        var calm = Enumerable.Range(50, 4).SelectMany(i => replay.Judge(Machine((ulong)i, isFaulty: false))).ToArray();
        var found = Enumerable.Range(60, 6)
            .Count(i => replay.Play(Machine((ulong)i, isFaulty: true)).IsOpen.AsSpan(First, Last - First).Contains(true));

        Assert.Equal("contrast", bundle.Manifest.Provenance!["recipe"]);
        Assert.InRange(calm.Count(v => v) / (double)calm.Length, 0, 0.02);
        Assert.InRange(found, 5, 6);
        var report = File.ReadAllText(Path.Combine(bundle.Folder, "report.html"));
        Assert.Contains("Recipes beside each other", report, StringComparison.Ordinal);
        Assert.Contains("parts from the others", report, StringComparison.Ordinal);
    }

    /// <summary>The fault: flow as it was at another time of the same machine.</summary>
    private static Recording Machine(ulong seed, bool isFaulty)
    {
        var random = new SplittableRandom(seed + 900);
        var size = random.LogUniform(0.5, 5);
        var wander = SensorParts.Wander(Rows, 120, random);
        var load = wander.Select(w => 0.5 + 0.3 * Math.Tanh(w)).ToArray();
        var values = new List<float>();
        for (var r = 0; r < Rows; r++)
        {
            var other = isFaulty && r is >= First and < Last ? 1 - load[r] : load[r];
            values.Add((float)(size * (10 + 8 * load[r] + 0.1 * random.Normal())));
            values.Add((float)(size * (20 + 12 * other + 0.15 * random.Normal())));
            values.Add((float)(5 + 2 * load[r] + 0.03 * random.Normal()));
        }
        return new Recording("m.csv", ["current", "flow", "pressure"], [.. Enumerable.Range(0, Rows).Select(r => Some.Start.AddSeconds(r))],
            [.. Enumerable.Range(0, Rows).Select(r => $"{r}")], [.. values], null);
    }

    private static void Write(string file, Recording recording) => File.WriteAllLines(file,
    [
        $"timestamp,{string.Join(',', recording.Channels)}",
        .. Enumerable.Range(0, recording.Rows).Select(r => FormattableString.Invariant(
            $"{recording.Times[r]:yyyy-MM-dd HH:mm:ss},{recording.Row(r)[0]:0.0000},{recording.Row(r)[1]:0.0000},{recording.Row(r)[2]:0.0000}")),
    ]);
}
