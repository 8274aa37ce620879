using EdgeAgent.Inference.Bundles;
using EdgeAgent.TestData;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>It looks at the heap of the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Weighing
{
    public const string Name = "weighing";
}

/// <summary>What memory devices take, weighed, against what is promised.</summary>
[Collection(Weighing.Name)]
public sealed class MemoryBoundTests(ITestOutputHelper output)
{
    private const int Weighed = 400;

    [Theory]
    [InlineData("pump-health", 1)]
    [InlineData("pump-health", 3)]
    [InlineData("single-channel", 1)]
    public void A_device_takes_what_the_figures_say(string bundle, int detectors)
    {
        var folder = Repository.File($"models/{bundle}");
        // Sessions and whatever else is made once.
        using (var warm = new MemoryProbe(folder, 1, detectors)) warm.Send(0, 2, (_, _) => 1);
        var before = MemoryProbe.HeapBytes;
        using var probe = new MemoryProbe(folder, Weighed, detectors);
        var (empty, mapped) = (MemoryProbe.HeapBytes, probe.MappedBytes);
        // Calibrated, with blocks of a renewal, and an open anomaly: as much as a device can have.
        probe.Send(0, 560, (s, c) => 10 + c + s % 7 * 0.1);
        probe.Send(560, 600, (s, c) => 1000 + c + s % 7 * 0.1);
        Assert.True(probe.Events >= Weighed * detectors, $"{probe.Events} events");

        var bound = MemoryBound.Of(probe.Options, new Dictionary<string, ModelBundle> { [folder] = ModelBundle.Load(folder) }, 1);
        var tracks = probe.Tracks(0);
        var heap = (MemoryProbe.HeapBytes - empty) / Weighed;
        var slots = (probe.MappedBytes - mapped) / Weighed;
        var (heapSaid, slotsSaid) = (MemoryBound.DeviceHeapBytes + tracks.Sum(MemoryBound.HeapBytes), tracks.Sum(MemoryBound.SlotBytes));
        output.WriteLine($"{bundle} x {detectors}: heap {heap} of {heapSaid}, mapped {slots} of {slotsSaid}, before {empty - before}");
        Assert.InRange(heap, 0.7 * heapSaid, heapSaid);
        // The file grows by a mebibyte at once.
        Assert.InRange(slots, 0.9 * slotsSaid, slotsSaid + (1 << 20) / Weighed);
        Assert.Equal((Weighed, detectors), (bound.Sources[0].Devices, bound.Sources[0].Detectors));
        Assert.True(bound.Bytes - bound.FixedBytes >= Weighed * (heap + slotsSaid));
    }

    [Fact]
    public void Weights_in_second_files_and_a_fixed_batch_count_and_large_windows_no_more_than_a_run_takes()
    {
        using var temp = new TempFolder();
        var options = new AgentOptions { Lanes = 2 };
        var folder = TinyBundle.Write(temp.File("second"), TinyBundle.Sum("a"), HostileOnnx.WithSecondFile("weights.bin"));
        var manifest = Path.Combine(folder, ModelBundle.ManifestFile);
        File.WriteAllText(manifest, System.Text.RegularExpressions.Regex.Replace(
            File.ReadAllText(manifest), "\"sha256\":\\s*\"[0-9a-f]+\"", "\"sha256\": \"\""));
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), new byte[1 << 20]);
        var small = Fixed(folder);
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), new byte[9 << 20]);
        Assert.Equal(2 * (8 << 20), Fixed(folder) - small);

        var batched = TinyBundle.Write(temp.File("fixed"), TinyBundle.Sum("a"), TinyOnnx.Linear([1], batch: 1_000_064));
        Assert.Equal(2 * 1_000_000 * 3 * sizeof(float), Fixed(batched, 1_000_064) - Fixed(batched));

        // 64 windows of a million values are 256 MB, more than a run takes: it takes four.
        var wide = TinyBundle.Sum([.. Enumerable.Range(0, 16).Select(c => $"c{c}")]) with
        {
            Window = new ManifestWindow { Length = 1 << 16 }, Input = new ManifestInput(),
        };
        Assert.InRange(Fixed(TinyBundle.Write(temp.File("wide"), wide, TinyOnnx.Linear([1]))) - Fixed(batched), 60 << 20, 80 << 20);

        long Fixed(string model, int? batch = null) => MemoryBound.Of(
            options, new Dictionary<string, ModelBundle> { [model] = ModelBundle.Load(model) }, 1,
            batch is { } fixedTo ? new Dictionary<string, BatchMemory> { [model] = new(fixedTo) } : null).FixedBytes;
    }

    [Fact]
    public void Ten_thousand_devices_are_within_their_bound_and_a_start_after_a_kill_takes_no_more()
    {
        const int devices = 10_000;
        var folder = Repository.File("models/pump-health");
        var before = MemoryProbe.HeapBytes;
        using var probe = new MemoryProbe(folder, devices);
        probe.Send(0, 62, (s, c) => 10 + c + s % 7 * 0.1);
        var (heap, mapped) = (MemoryProbe.HeapBytes - before, probe.MappedBytes);
        var bound = MemoryBound.Of(probe.Options, new Dictionary<string, ModelBundle> { [folder] = ModelBundle.Load(folder) }, 1);
        output.WriteLine(
            $"heap {heap >> 20} MiB, mapped {mapped >> 20} MiB; said {bound.Bytes >> 20} MiB, of it the program {bound.FixedBytes >> 20}");
        Assert.True(heap + mapped <= bound.Bytes - bound.FixedBytes + (1 << 20), "more than is said");
        Assert.True(bound.Bytes <= 256_000_000, $"{bound.Bytes} bytes");

        probe.Kill();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        probe.Start();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var after = MemoryProbe.HeapBytes - before;
        output.WriteLine($"start: {allocated >> 20} MiB allocated, heap {after >> 20} MiB, mapped {probe.MappedBytes >> 20} MiB");
        // All that it needs for the devices until they are heard of again: their names, and where they lie.
        Assert.True(allocated < heap / 3, $"{allocated} bytes allocated");
        Assert.True(after < heap / 3, $"{after} bytes in use");
        Assert.Equal(mapped, probe.MappedBytes);

        probe.Send(62, 64, (s, c) => 10 + c + s % 7 * 0.1);
        Assert.Equal(mapped, probe.MappedBytes);
        Assert.True(MemoryProbe.HeapBytes - before <= heap * 1.1);
    }
}
