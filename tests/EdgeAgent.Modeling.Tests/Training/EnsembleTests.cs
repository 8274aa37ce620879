using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Training;

public class EnsembleTests
{
    [Fact]
    public void The_merged_network_gives_the_mean_of_its_members()
    {
        var members = Enumerable.Range(1, 3).Select(i => new Network([4, 5, 3, 1], 8, new SplittableRandom((ulong)i))).ToArray();
        var random = new SplittableRandom(9);
        var x = Enumerable.Range(0, 32).Select(_ => (float)random.Normal()).ToArray();

        var merged = Ensemble.Merge(members, 8).Forward(x, 8).ToArray();

        var outputs = members.Select(m => m.Forward(x, 8).ToArray()).ToArray();
        for (var row = 0; row < 8; row++)
            Assert.Equal(outputs.Average(o => o[row]), merged[row], 1e-5f);
        Assert.True(merged.Distinct().Count() > 1);
    }
}
