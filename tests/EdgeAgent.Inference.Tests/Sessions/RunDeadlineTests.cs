using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Failures;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.TestData;

namespace EdgeAgent.Inference.Tests.Sessions;

/// <summary>A run has its time, and no more; what comes behind it has its own.</summary>
public sealed class RunDeadlineTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task A_run_without_end_is_ended_and_the_next_ones_run()
    {
        using var model = Load(HostileOnnx.EndlessAbove100());
        using var runner = new ModelRunner(model, 4, Limit);
        for (var round = 0; round < 3; round++)
        {
            runner.Input(0)[0] = 500;
            var overdue = Task.Run(() => Assert.Throws<RunOverdueException>(() => runner.Run(1)));
            Assert.Same(overdue, await Task.WhenAny(overdue, Task.Delay(TimeSpan.FromSeconds(30))));
            await overdue;

            for (var i = 0; i < 50; i++)
            {
                runner.Input(0)[0] = 50;
                runner.Run(1);
                Assert.Equal(50, runner.Output(0)[0]);
            }
        }
    }

    [Fact]
    public void A_run_in_time_allocates_nothing_for_its_deadline()
    {
        using var model = Load(TinyOnnx.Linear([1]));
        using var runner = new ModelRunner(model, 4, TimeSpan.FromSeconds(20));
        for (var i = 0; i < 10; i++) runner.Run(1 + i % 4);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) runner.Run(1 + i % 4);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_large_window_comes_in_small_batches_and_a_huge_one_alone()
    {
        Assert.Equal(256, BatchOf(16_384));
        Assert.Equal(1, BatchOf(65_536));
    }

    private int BatchOf(int length)
    {
        var manifest = TinyBundle.Sum("a") with { Window = new ManifestWindow { Length = length }, Input = new ManifestInput() };
        manifest.Output = new ManifestOutput { Kind = "reconstruction" };
        using var model = OnnxModel.Load(ModelBundle.Load(
            TinyBundle.Write(_temp.File("large"), manifest, TinyOnnx.Scale(1, length, 1))));
        using var runner = new ModelRunner(model, 1024);

        return runner.BatchLimit;
    }

    private OnnxModel Load(byte[] model) =>
        OnnxModel.Load(ModelBundle.Load(TinyBundle.Write(_temp.File("b"), TinyBundle.Sum("a"), model)));
}
