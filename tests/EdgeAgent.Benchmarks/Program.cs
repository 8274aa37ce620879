using EdgeAgent.Benchmarks;
using EdgeAgent.Benchmarks.Detection;
using EdgeAgent.Benchmarks.Unseen;

// dotnet run -c Release --project tests/EdgeAgent.Benchmarks --
// [lane | formats | joined | vibration | detection [FOLDER] | unseen [BUNDLE] | flood BINARY | start BINARY | serve BINARY |
// quantized BUNDLE]
return args switch
{
    [] or ["lane"] => LaneBenchmark.Run(),
    ["formats"] => FormatsBenchmark.Run(),
    ["joined"] => JoinedBenchmark.Run(),
    ["vibration"] => VibrationBenchmark.Run(),
    ["detection"] => DetectionBenchmark.Run(null),
    ["detection", var data] => DetectionBenchmark.Run(data),
    ["unseen"] => UnseenBenchmark.Run(Path.Combine(Bench.Root, "models/vibration")),
    ["unseen", var bundle] => UnseenBenchmark.Run(bundle),
    ["flood", var binary] => await FloodBenchmark.Run(binary),
    ["start", var binary] => await StartBenchmark.Run(binary),
    ["serve", var binary] => await ServeBenchmark.Run(binary, minutes: 5),
    ["quantized", var bundle] => QuantizedBenchmark.Run(bundle),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "usage: EdgeAgent.Benchmarks [lane | formats | joined | vibration | detection [FOLDER] | unseen [BUNDLE] | "
            + "flood BINARY | start BINARY | serve BINARY | quantized BUNDLE]");
    return 2;
}
