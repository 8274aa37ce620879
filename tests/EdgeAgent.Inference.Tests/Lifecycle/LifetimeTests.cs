using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Failures;
using EdgeAgent.Inference.Lifecycle;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.TestData;

namespace EdgeAgent.Inference.Tests.Lifecycle;

/// <summary>Native memory has an owner: what he has given up is refused by a type, and freed when nobody uses it any more.</summary>
public sealed class LifetimeTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void What_is_in_use_is_detached_first_and_freed_with_its_last_user()
    {
        var freed = 0;
        var life = new Lifetime("it", () => freed++);
        life.Enter();
        life.Enter();
        Assert.Equal(HandleState.Allocated, life.State);

        life.Detach();
        Assert.Equal(HandleState.Detached, life.State);
        Assert.Equal(HandleState.Detached, Assert.Throws<HandleStateException>(life.Enter).State);
        life.Leave();
        Assert.Equal(0, freed);
        life.Leave();

        Assert.Equal(HandleState.Freed, life.State);
        Assert.Equal("it is freed and cannot be used any more", Assert.Throws<HandleStateException>(life.Require).Message);
        life.Detach();
        Assert.Equal(1, freed);
    }

    [Fact]
    public void It_is_freed_once_whoever_gives_it_up_and_uses_it_at_the_same_time()
    {
        for (var round = 0; round < 200; round++)
        {
            var (freed, usedFreed) = (0, 0);
            var life = new Lifetime("it", () => Interlocked.Increment(ref freed));
            Parallel.For(0, 8, i =>
            {
                if (i % 2 == 0) life.Detach();
                try
                {
                    life.Enter();
                }
                catch (HandleStateException)
                {
                    return;
                }
                if (Volatile.Read(ref freed) > 0) Interlocked.Increment(ref usedFreed);
                life.Leave();
            });
            Assert.Equal((1, 0), (freed, usedFreed));
        }
    }

    [Fact]
    public void A_runner_whose_model_is_given_up_refuses_to_run_and_frees_the_session_as_the_last()
    {
        var model = Load("b");
        using var runner = new ModelRunner(model, 4);
        runner.Run(2);

        model.Dispose();

        Assert.Equal(HandleState.Detached, model.State);
        Assert.Contains("model sum is detached", Assert.Throws<HandleStateException>(() => runner.Run(1)).Message);
        Assert.Throws<HandleStateException>(() => new ModelRunner(model, 4));
        Assert.Throws<HandleStateException>(() => model.Share(model.Bundle));
        runner.Dispose();
        Assert.Equal(HandleState.Freed, model.State);
        Assert.Equal(HandleState.Freed, runner.State);
    }

    [Fact]
    public void A_runner_that_is_disposed_refuses_everything()
    {
        using var model = Load("b");
        var runner = new ModelRunner(model, 4);
        runner.Run(1);
        runner.Dispose();
        runner.Dispose();

        Assert.Throws<HandleStateException>(() => runner.Run(1));
        Assert.Throws<HandleStateException>(() => runner.Input(0).Clear());
        Assert.Throws<HandleStateException>(() => runner.Output(0).Length);
        Assert.Equal(HandleState.Allocated, model.State);
    }

    [Fact]
    public async Task A_run_under_way_goes_on_to_its_end_when_all_around_it_is_given_up()
    {
        var model = OnnxModel.Load(TinyBundle.Sum("a"), HostileOnnx.EndlessAbove100());
        var runner = new ModelRunner(model, 4);
        runner.Input(0)[0] = 500;
        using var cancel = new CancellationTokenSource();
        var run = Task.Run(() => runner.Run(1, cancel.Token));
        Assert.True(SpinWait.SpinUntil(() => runner.IsRunning, TimeSpan.FromSeconds(30)));

        runner.Dispose();
        model.Dispose();

        Assert.Equal((HandleState.Detached, HandleState.Detached), (runner.State, model.State));
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<RunCanceledException>(() => run);
        Assert.Equal((HandleState.Freed, HandleState.Freed), (runner.State, model.State));
    }

    [Fact]
    public void Two_models_of_one_digest_share_a_session_and_the_last_one_frees_it()
    {
        var first = Load("b");
        var second = first.Share(ModelBundle.Load(Write("c")));
        Assert.True(first.IsSharedWith(second));
        Assert.Equal(TimeSpan.Zero, second.ColdStart!.Load);
        first.Dispose();
        Assert.Equal(HandleState.Freed, first.State);

        using (var runner = new ModelRunner(second, 4))
        {
            runner.Input(0)[0] = 7;
            runner.Run(1);
            Assert.Equal(7, runner.Output(0)[0]);
        }
        second.Dispose();
        Assert.Equal(HandleState.Freed, second.State);
    }

    [Fact]
    public void Models_of_different_digests_do_not_share()
    {
        using var model = Load("b");
        var other = ModelBundle.Load(TinyBundle.Write(_temp.File("d"), TinyBundle.Sum("a"), TinyOnnx.Linear([2])));
        Assert.Throws<ArgumentException>(() => model.Share(other));
    }

    [Fact]
    public void A_model_is_warm_when_it_is_loaded_and_tells_what_that_took()
    {
        using var model = OnnxModel.Load(ModelBundle.Load(Repository.Model));
        var cold = Assert.IsType<ColdStart>(model.ColdStart);
        Assert.True(cold.Load > TimeSpan.Zero && cold.FirstRun > TimeSpan.Zero && cold.NextRun > TimeSpan.Zero, $"{cold}");
    }

    [Fact]
    public void One_that_cannot_be_run_has_no_cold_start_to_tell()
    {
        using var model = OnnxModel.Load(TinyBundle.Sum("a"), HostileOnnx.Failing());
        Assert.Null(model.ColdStart);
    }

    private string Write(string name) => TinyBundle.Write(_temp.File(name), TinyBundle.Sum("a"), TinyBundle.SumModel(1));

    private OnnxModel Load(string name) => OnnxModel.Load(ModelBundle.Load(Write(name)));
}
