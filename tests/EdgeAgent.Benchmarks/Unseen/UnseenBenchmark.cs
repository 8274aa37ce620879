using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Benchmarks.Unseen;

/// <summary>
/// What a vibration bundle makes of machines that it has never met, by how much of their signal it has learned from: how soon it judges,
/// how much of sound signal lies under an event, how many faults are found.
/// </summary>
internal static class UnseenBenchmark
{
    private const int Machines = 128;
    /// <summary>Samples that are judged before the fault, and behind it.</summary>
    private const int Judged = 6144;
    private static readonly int[] Learned = [1024, 2048, 8192, 32_768];

    public static int Run(string folder)
    {
        var bundle = ModelBundle.Load(folder);
        var model = OnnxFile.Read(bundle.ModelPath);
        Console.WriteLine($"{Machines} machines; {bundle.Manifest.Name} {bundle.Manifest.Version}");
        Console.WriteLine(
            $"{"learned",10}{"windows",9}{"first verdict",15}{"FAR %",8}{"found %",9}{"recall %",10}{"F1",7}{"AUROC",8}");
        foreach (var samples in Learned)
            Print(samples, bundle.Manifest, model);
        return 0;
    }

    private static void Print(int samples, BundleManifest shipped, ModelProto model)
    {
        var windows = 1 + (samples - shipped.Window.Length) / shipped.Window.Stride;
        // A bundle that judges nothing before all of its calibration is given a shorter one.
        var manifest = shipped.Calibration.Provisional is not null ? shipped
            : shipped with { Calibration = shipped.Calibration with { Readings = Math.Max(1, windows) } };
        using var replay = new DeviceReplay(manifest, model, provisional: true);
        var (sound, faulty) = (new List<(float Score, bool IsOpen)>(), new List<(float Score, bool IsOpen)>());
        var (found, first) = (0, 0);
        for (var number = 0; number < Machines; number++)
        {
            var played = replay.Play(UnseenMachine.Of(number, samples + Judged, Judged));
            first = Math.Max(first, played.First + 1);
            sound.AddRange(Between(played, samples, samples + Judged));
            var behind = Between(played, samples + Judged, samples + 2 * Judged);
            faulty.AddRange(behind);
            if (behind.Exists(v => v.IsOpen)) found++;
        }
        double alarms = sound.Count(v => v.IsOpen), hits = faulty.Count(v => v.IsOpen);
        Console.WriteLine(FormattableString.Invariant(
            $"{samples,10}{windows,9}{first,15}{100 * alarms / sound.Count,8:0.00}{100.0 * found / Machines,9:0.0}")
            + FormattableString.Invariant($"{100 * hits / faulty.Count,10:0.0}{2 * hits / (hits + alarms + faulty.Count),7:0.000}")
            + FormattableString.Invariant($"{Area(sound, faulty),8:0.000}"));
    }

    private static List<(float Score, bool IsOpen)> Between(PlayedReadings played, int from, int to) =>
        [.. Enumerable.Range(from, to - from).Where(r => !float.IsNaN(played.Scores[r]))
            .Select(r => (played.Scores[r], played.IsOpen[r]))];

    /// <summary>The chance that a faulty window has the higher score of two; a tie counts half.</summary>
    private static double Area(List<(float Score, bool IsOpen)> sound, List<(float Score, bool IsOpen)> faulty)
    {
        var ranked = sound.Select(v => (v.Score, IsFaulty: false)).Concat(faulty.Select(v => (v.Score, IsFaulty: true)))
            .GroupBy(v => v.Score).OrderBy(g => g.Key);
        var (below, area) = (0.0, 0.0);
        foreach (var tied in ranked)
        {
            var (healthy, ill) = (tied.Count(v => !v.IsFaulty), tied.Count(v => v.IsFaulty));
            area += ill * (below + healthy / 2.0);
            below += healthy;
        }
        return area / ((double)sound.Count * faulty.Count);
    }
}
