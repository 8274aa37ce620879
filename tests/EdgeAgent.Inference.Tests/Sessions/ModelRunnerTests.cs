using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.TestData;

namespace EdgeAgent.Inference.Tests.Sessions;

public sealed class ModelRunnerTests : IDisposable
{
    private readonly OnnxModel _pump = OnnxModel.Load(ModelBundle.Load(Repository.Model));

    public void Dispose() => _pump.Dispose();

    [Fact]
    public void Batches_of_any_size_give_what_windows_give_alone()
    {
        using var alone = new ModelRunner(_pump, 1);
        using var runner = new ModelRunner(_pump, 64);
        var random = new Random(5);
        for (var count = 1; count <= 64; count++)
        {
            for (var slot = 0; slot < count; slot++)
                foreach (ref var value in runner.Input(slot))
                    value = (float)(random.NextDouble() * 6 - 3);
            runner.Run(count);
            for (var slot = 0; slot < count; slot++)
            {
                runner.Input(slot).CopyTo(alone.Input(0));
                alone.Run(1);
                Assert.Equal(alone.Output(0)[0], runner.Output(slot)[0]);
            }
        }
    }

    [Fact]
    public void The_golden_windows_of_the_bundle_hold()
    {
        var manifest = _pump.Bundle.Manifest;
        using var stream = File.OpenRead(Path.Combine(_pump.Bundle.Folder, GoldenWindows.FileName));
        var golden = JsonSerializer.Deserialize(stream, GoldenWindowsJson.Default.GoldenWindows)!;
        var features = new FeatureExtractor(manifest.Input.Features!, manifest.Channels.Count, manifest.Window.Length);
        using var runner = new ModelRunner(_pump, 1);

        Assert.NotEmpty(golden.Windows);
        foreach (var window in golden.Windows)
        {
            features.Extract(window.Z.SelectMany(row => row).ToArray(), runner.Input(0));
            runner.Run(1);
            Assert.Equal(window.Output, runner.Output(0)[0], golden.Tolerance);
            Assert.Equal(window.Score, (window.Output - manifest.Output.Zero) / (manifest.Output.One - manifest.Output.Zero), 0.001f);
        }
        Assert.Contains(golden.Windows, w => w.Score < 1);
        Assert.Contains(golden.Windows, w => w.Score >= 1);
    }

    [Fact]
    public void A_run_allocates_nothing_once_warm()
    {
        using var runner = new ModelRunner(_pump, 64);
        foreach (var count in new[] { 1, 2, 3, 64 })
            runner.Run(count);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            runner.Run(1 + i % 4);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_graph_with_a_fixed_batch_runs_in_batches_of_that_size()
    {
        using var temp = new TempFolder();
        using var model = OnnxModel.Load(ModelBundle.Load(
            TinyBundle.Write(temp.File("b"), TinyBundle.Sum("a", "b"), TinyOnnx.Linear([1, 1], batch: 3))));
        using var runner = new ModelRunner(model, 64);
        Assert.Equal(3, runner.BatchLimit);
        for (var slot = 0; slot < 3; slot++)
            (runner.Input(slot)[0], runner.Input(slot)[1]) = (slot, 10);

        runner.Run(2);

        Assert.Equal(10, runner.Output(0)[0]);
        Assert.Equal(11, runner.Output(1)[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => runner.Run(4));
    }
}
