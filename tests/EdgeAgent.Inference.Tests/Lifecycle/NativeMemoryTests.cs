using System.Globalization;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Lifecycle;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.TestData;
using Xunit.Abstractions;

namespace EdgeAgent.Inference.Tests.Lifecycle;

/// <summary>Memory of the process is everybody's: these run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class NativeMemoryTests
{
    public const string Name = "native memory";
}

/// <summary>Loading, running and unloading models leaves nothing behind.</summary>
[Collection(NativeMemoryTests.Name)]
public sealed class UnloadingTests(ITestOutputHelper output)
{
    private const int Cycles = 500;

    [Theory]
    [InlineData("pump-health")]
    [InlineData("single-channel")]
    public void Memory_is_back_at_its_level_after_500_cycles_of_load_run_and_unload(string name)
    {
        var bundle = ModelBundle.Load(Repository.File($"models/{name}"));
        // What ONNX Runtime and the allocator keep once is there behind these.
        for (var cycle = 0; cycle < Cycles / 5; cycle++) Cycle(bundle);
        Collect();
        var before = OwnKilobytes();
        for (var cycle = 0; cycle < Cycles; cycle++) Cycle(bundle);
        Collect();
        var after = OwnKilobytes();

        output.WriteLine($"{name}: {before} kB, after {Cycles} cycles {after} kB");
        // A session of the smaller one takes some 100 kB: were they kept, it would be 50 MB.
        Assert.InRange(after, 0, before * 5 / 4);
    }

    [Fact]
    public void Nothing_is_left_to_finalizers()
    {
        var bundle = ModelBundle.Load(Repository.Model);
        for (var cycle = 0; cycle < 10; cycle++) Cycle(bundle);
        Collect();
        var (live, abandoned, idle, most) = (Lifetime.Live, Lifetime.Abandoned, Pending(), 0L);
        for (var round = 0; round < 10; round++)
        {
            for (var cycle = 0; cycle < Cycles / 10; cycle++) Cycle(bundle);
            most = Math.Max(most, Pending());
        }
        output.WriteLine($"objects for finalizers: {idle} with nothing done, at most {most} behind {Cycles / 10} cycles");
        Assert.Equal((live, abandoned), (Lifetime.Live, Lifetime.Abandoned));
        // ONNX Runtime's own objects, too: one of each cycle would be 50 more.
        Assert.InRange(most, 0, idle + Cycles / 20);
    }

    /// <summary>Objects that a collection finds to be dead and not disposed; .NET's pools have some that come again with each.</summary>
    private static long Pending()
    {
        GC.Collect();
        var pending = GC.GetGCMemoryInfo(GCKind.FullBlocking).FinalizationPendingCount;
        GC.WaitForPendingFinalizers();
        return pending;
    }

    private static void Cycle(ModelBundle bundle)
    {
        using var model = OnnxModel.Load(bundle, leastBatch: 1);
        using var runner = new ModelRunner(model, 64, TimeSpan.FromSeconds(20));
        foreach (var count in new[] { 1, 3, 64 }) runner.Run(count);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    /// <summary>Memory of the process that no file stands behind.</summary>
    private static long OwnKilobytes() => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon", StringComparison.Ordinal))
            .Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}
