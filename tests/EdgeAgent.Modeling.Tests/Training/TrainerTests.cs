using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Training;

public class TrainerTests
{
    [Fact]
    public void Learns_what_no_straight_line_separates()
    {
        var x = Some.Floats(2 * 2000);
        float[] targets = [.. Enumerable.Range(0, 2000).Select(i => x[2 * i] * x[2 * i + 1] > 0 ? 1f : 0f)];
        var network = Some.Network([2, 16, 1], batchLimit: 64);
        var losses = new List<double>();

        Trainer.Train(network, x, targets, new TrainerOptions { Epochs = 20, BatchSize = 64, Rate = 1e-2 },
            new SplittableRandom(1), (_, loss) => losses.Add(loss));

        Assert.True(losses[^1] < 0.15, $"loss {losses[^1]}");
    }

    [Fact]
    public void Random_parts_do_not_depend_on_what_was_drawn_before()
    {
        var fresh = new SplittableRandom(5);
        var used = new SplittableRandom(5);
        _ = used.Uniform();

        Assert.Equal(fresh.Split(2).Uniform(), used.Split(2).Uniform());
        Assert.NotEqual(fresh.Split(1).Uniform(), fresh.Split(2).Uniform());
    }

    [Fact]
    public void Normal_numbers_have_mean_0_and_spread_1()
    {
        var random = new SplittableRandom(11);
        var values = Enumerable.Range(0, 100_000).Select(_ => random.Normal()).ToArray();

        Assert.Equal(0, values.Average(), 0.02);
        Assert.Equal(1, values.Average(v => v * v), 0.02);
    }
}
