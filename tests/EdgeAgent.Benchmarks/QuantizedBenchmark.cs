using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;

namespace EdgeAgent.Benchmarks;

/// <summary>
/// A bundle's INT8 model beside its FP32 twin. Only what the target itself measures counts: processors differ in their
/// integer instructions (VNNI on x86-64, dot products on ARM64), and an emulator says nothing.
/// </summary>
internal static class QuantizedBenchmark
{
    private const int Windows = 512;
    private const string FloatModel = "model.fp32.onnx";

    public static int Run(string folder)
    {
        var bundle = ModelBundle.Load(folder);
        Console.WriteLine($"{"",-24}{"INT8 µs",10}{"FP32 µs",10}{"gain",8}");
        foreach (var batch in new[] { 1, 8, 32 })
        {
            var (integer, single) = (Time(bundle, batch), Time(bundle.WithModel(FloatModel), batch));
            Console.WriteLine($"{$"{batch} windows a run",-24}{integer,10:0.0}{single,10:0.0}{single / integer,8:0.00}");
        }
        return 0;
    }

    /// <summary>Microseconds a window.</summary>
    private static double Time(ModelBundle bundle, int batch)
    {
        using var model = OnnxModel.Load(bundle);
        using var runner = new ModelRunner(model, batch);
        var random = new Random(1);
        for (var slot = 0; slot < batch; slot++)
            foreach (ref var value in runner.Input(slot))
                value = (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
        return Bench.Measure(Windows, () =>
        {
            for (var i = 0; i < Windows; i += batch)
                runner.Run(batch);
        }).Microseconds;
    }
}
