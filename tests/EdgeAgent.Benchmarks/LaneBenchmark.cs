using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Detection.Lanes;

namespace EdgeAgent.Benchmarks;

/// <summary>
/// Side by side: a bare call of ONNX Runtime a window, and our whole lane a reading, from JSON bytes to the decision, with
/// every reading judged; and the same lane when it writes what it knows through to memory that outlives the process.
/// Budget: 0 bytes allocated a reading.
/// </summary>
internal static class LaneBenchmark
{
    private const int Windows = 4096;
    private const int Devices = 16;

    public static int Run()
    {
        var bundle = ModelBundle.Load(Bench.Model);
        using var model = OnnxModel.Load(bundle);
        Console.WriteLine($"{"",-34}{"µs an item",12}{"to bare",10}{"bytes",8}{"kept",10}{"cost",8}{"bytes",8}");
        var bare = Bare(model, batch: 1);
        Print("bare ONNX Runtime, a window a run", bare, bare);
        Print("bare ONNX Runtime, 64 a run", Bare(model, batch: 64), bare);
        Lane("lane, a reading a batch", bundle, model, batch: 1, Devices, bare);
        Lane("lane, 64 readings a batch", bundle, model, batch: 64, Devices, bare);
        Lane("lane, 512 readings a batch", bundle, model, batch: 512, Devices, bare);
        Lane("lane, 512 devices a batch", bundle, model, batch: 512, devices: 512, bare);
        return 0;
    }

    private static (double, double) Bare(OnnxModel model, int batch)
    {
        using var runner = new ModelRunner(model, batch);
        return Bench.Measure(Windows, () =>
        {
            for (var i = 0; i < Windows; i += batch)
                runner.Run(batch);
        });
    }

    private static void Lane(string what, ModelBundle bundle, OnnxModel model, int batch, int devices, (double, double) bare)
    {
        using var plain = new FedLane(bundle, model, batch, devices, isKept: false);
        using var kept = new FedLane(bundle, model, batch, devices, isKept: true);
        // In turns, so that whatever else the machine does meets both alike.
        var (first, second, ratio) = Bench.Compare(Windows, () => plain.Feed(Windows), () => kept.Feed(Windows));
        plain.CheckJudged();
        kept.CheckJudged();
        Print(what, first, bare,
            FormattableString.Invariant($"{second.Microseconds,10:0.00}{100 * (ratio - 1),6:0.0} %{second.Bytes,8:0.##}"));
    }

    private static void Print(
        string what, (double Microseconds, double Bytes) figures, (double Microseconds, double Bytes) bare, string more = "") =>
        Console.WriteLine(
            $"{what,-34}{figures.Microseconds,12:0.00}{figures.Microseconds / bare.Microseconds,10:0.00}{figures.Bytes,8:0.##}{more}");
}
