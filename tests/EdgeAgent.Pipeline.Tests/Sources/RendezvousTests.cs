using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;

namespace EdgeAgent.Pipeline.Tests.Sources;

public sealed class RendezvousTests
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 3000).Select(i => $"press-{i}")];

    [Fact]
    public void Names_spread_evenly()
    {
        var counts = Choose("gateway-0", "gateway-1", "gateway-2").GroupBy(c => c).Select(c => c.Count()).ToList();
        Assert.Equal(3, counts.Count);
        Assert.All(counts, c => Assert.InRange(c, 900, 1100));
    }

    [Fact]
    public void Whoever_asks_and_in_whatever_order_the_answer_is_the_same() =>
        Assert.Equal(Choose("a", "b", "c"), Choose("c", "a", "b"));

    [Fact]
    public void When_one_leaves_only_its_names_move_and_they_go_to_all_others()
    {
        var (before, after) = (Choose("a", "b", "c"), Choose("a", "c"));
        Assert.Equal(before.Where(c => c != "b"), after.Where((_, i) => before[i] != "b"));
        Assert.Equal(["a", "c"], after.Where((_, i) => before[i] == "b").Distinct().Order());
    }

    [Fact]
    public void Among_nobody_there_is_nobody() => Assert.All(Choose(), Assert.Null);

    private static string?[] Choose(params string[] candidates)
    {
        var rendezvous = new Rendezvous();
        rendezvous.Between(candidates);
        return [.. Names.Select(n => rendezvous.Of(n))];
    }
}
