using System.Globalization;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Benchmarks.Detection;

/// <summary>Events that are promised not to be exceeded while nothing is wrong, and those that came.</summary>
internal static class PromiseTable
{
    private const int Sensors = 24;
    private static readonly TimeSpan Heard = TimeSpan.FromDays(2);
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static void Print(SetResult[] results, string? data)
    {
        Console.WriteLine("""
            | nothing wrong | devices | device-days | promised, at most | seen | without the promise |
            |---|---|---|---|---|---|
            """);
        foreach (var r in results.Where(r => r.Bound is not null && r.Set.Without is null))
            Row(r.Set.Name, r.Devices, r.NormalTime, r.Bound!.Value, r.Total.False,
                SetResult.Measure(r.Set, data!, m => m.Decision.Promise = null, inOtherUnits: false).Total.False);
        Invented();
        Console.WriteLine();
    }

    /// <summary>A reading a second for days: there is most to be wrong about.</summary>
    private static void Invented()
    {
        var bundle = ModelBundle.Load(Path.Combine(Bench.Root, "models/single-channel"));
        if (bundle.Manifest.Decision.Promise is not { } promise) return;
        var before = (int)bundle.Manifest.ReadingsBefore;
        var judged = Heard - TimeSpan.FromSeconds(before);
        var seen = Events(bundle, before);
        bundle.Manifest.Decision.Promise = null;
        Row("invented sensors, a reading a second", Sensors, Sensors * judged, Sensors * promise.Bound(judged), seen,
            Events(bundle, before));
    }

    private static int Events(ModelBundle bundle, int before)
    {
        using var replay = new DeviceReplay(bundle.Manifest, OnnxFile.Read(bundle.ModelPath), provisional: true);
        DateTime[] times = [.. Enumerable.Range(0, (int)Heard.TotalSeconds).Select(s => Start.AddSeconds(s))];
        return Enumerable.Range(0, Sensors).Sum(sensor =>
        {
            var values = InventedSensor.Normal(times.Length, new SplittableRandom(31).Split((ulong)sensor));
            var played = replay.Play(new Recording("invented", [ManifestChannel.Any], times, [], values, null));
            return ProtocolScore.Runs(played.IsOpen).Count(run => run.End > before);
        });
    }

    private static void Row(string name, int devices, TimeSpan time, double bound, int seen, int without) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {devices} | {time.TotalDays:0.0} | {bound:0} | {seen} | {without} |"));
}
