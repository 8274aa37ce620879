using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Benchmarks;

/// <summary>
/// What a message costs where each channel has a topic of its own: from payload and topic to the lane, and to readings that were put
/// together and judged. Goal: 200,000 messages a second and core. Budget: 0 bytes allocated a message.
/// </summary>
internal static class JoinedBenchmark
{
    private const int Goal = 200_000;
    private const int Rounds = 9;

    public static int Run()
    {
        var bundle = ModelBundle.Load(Bench.Model);
        using var model = OnnxModel.Load(bundle);
        Console.WriteLine($"{"8 messages a reading",-44}{"messages/s a core",18}{"to the goal",12}{"allocated",11}");
        var scalar = new SourceOptions { Decode = "scalar", Device = "topic[1]" };
        var json = new SourceOptions { Decode = "json", Device = "topic[1]", Channel = "topic[-1]", ValuePath = "value" };
        Print("scalar, joined and judged, a message a batch", new JoinedFeed(scalar, bundle, model, batch: 1, "{0}"));
        Print("scalar, joined and judged, 64 a batch", new JoinedFeed(scalar, bundle, model, batch: 64, "{0}"));
        Print("scalar, joined and judged, 512 a batch", new JoinedFeed(scalar, bundle, model, batch: 512, "{0}"));
        Print("JSON {\"value\":23.4}, the same, 64 a batch", new JoinedFeed(json, bundle, model, batch: 64, "{{\"value\":{0}}}"));
        return 0;
    }

    private static void Print(string what, JoinedFeed feed)
    {
        using (feed)
        {
            var (perSecond, bytes) = feed.Measure(Rounds);
            Console.WriteLine(FormattableString.Invariant($"{what,-44}{perSecond,18:#,0}{perSecond / Goal,12:0.00}{bytes,11:0.##}"));
        }
    }
}
