using System.Text;
using Xunit.Abstractions;

namespace EdgeAgent.Mqtt.Tests;

/// <summary>Filters against all topics of a small alphabet.</summary>
public class TopicFilterTests(ITestOutputHelper output)
{
    /// <summary>
    /// One letter and one level more than the filters have, so that no wildcard looks narrower than it is. The empty one is no
    /// topic, but makes the algebra whole.
    /// </summary>
    private static readonly string[] Topics =
        [.. Paths(["a", "b", "c", ""], 4), "$s", .. Paths(["a", "b", "c", ""], 3).Select(t => $"$s/{t}")];

    private static readonly string[] Plain =
        [.. Paths(["a", "b", "", "+"], 3), "#", .. Paths(["a", "b", "", "+"], 2).Select(f => f + "/#")];

    private static readonly string[] Filters = [.. Plain, .. Plain.Where(f => f.Count(c => c == '/') < 2).Select(f => "$s/" + f), "$s"];

    private static readonly Dictionary<string,
        bool[]> Matched = Filters.ToDictionary(f => f, f => Array.ConvertAll(Topics, t => IsMatch(f, t)));

    [Theory]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("a/+", "a/", true)]
    [InlineData("+", "a/b", false)]
    [InlineData("+/+", "/a", true)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("a/b", "a/bc", false)]
    public void Examples_of_the_standard(string filter, string topic, bool isMatch) => Assert.Equal(isMatch, Matches(filter, topic));

    [Fact]
    public void A_filter_matches_what_the_standard_says()
    {
        foreach (var filter in Filters)
            for (var t = 0; t < Topics.Length; t++)
                Assert.True(Matched[filter][t] == Matches(filter, Topics[t]), $"{filter} and {Topics[t]}");
    }

    [Fact]
    public void A_filter_covers_another_when_it_matches_all_its_topics()
    {
        foreach (var outer in Filters)
            foreach (var inner in Filters)
                Assert.True(IsCovering(outer, inner) == TopicFilter.Covers(outer, inner), $"{outer} and {inner}");

        // Every topic has a first level, so these two match the same; it is enough to know it of one direction.
        static bool IsCovering(string outer, string inner) =>
            (outer, inner) is not ("+/#", "#") && !Matched[inner].Where((m, t) => m && !Matched[outer][t]).Any();
    }

    [Fact]
    public void Filters_overlap_when_some_topic_is_matched_by_both()
    {
        foreach (var one in Plain)
            foreach (var other in Plain)
                Assert.True(
                    Matched[one].Where((m, t) => m && Matched[other][t]).Any() == TopicFilter.Overlap(one, other), $"{one} and {other}");
    }

    [Fact]
    public void Shared_subscriptions_overlap_with_nothing_but_themselves()
    {
        Assert.True(TopicFilter.Overlap("$share/g/a", "$share/g/a"));
        Assert.False(TopicFilter.Overlap("$share/g/a", "$share/g/+"));
        Assert.False(TopicFilter.Overlap("#", "$share/g/a"));
    }

    [Fact]
    public void Without_the_covered_ones_the_rest_matches_the_same_and_none_of_it_covers_another()
    {
        var random = new Random(Seed.Take(output));
        for (var round = 0; round < 2000; round++)
        {
            string[] filters = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Filters[random.Next(Filters.Length)])];

            var rest = TopicFilter.WithoutCovered(filters);

            var told = $"{string.Join(' ', filters)}: {string.Join(' ', rest)}";
            for (var t = 0; t < Topics.Length; t++)
                Assert.True(filters.Any(f => Matched[f][t]) == rest.Any(f => Matched[f][t]), $"{told}, {Topics[t]}");
            Assert.True(rest.All(f => rest.Count(other => Matched[f].Where((m, t) => m && !Matched[other][t]).Any() is false) == 1), told);
            Assert.Equal(filters.Where(rest.Contains).Distinct(), rest);
        }
    }

    [Fact]
    public void Any_two_that_overlap_are_seen()
    {
        Assert.False(TopicFilter.AnyOverlap(["a", "b/+", "c/#"]));
        Assert.True(TopicFilter.AnyOverlap(["a", "b/+", "b/#"]));
        Assert.False(TopicFilter.AnyOverlap([]));
    }

    [Fact]
    public void The_first_filter_that_matches_is_found()
    {
        byte[][] filters = [Utf8("a/+"), Utf8("a/#"), Utf8("#")];
        Assert.Equal([0, 1, 2, -1], new[] { "a/b", "a/b/c", "b", "$SYS" }.Select(t => TopicFilter.FirstMatch(filters, Utf8(t))));
    }

    /// <summary>MQTT 5.0 section 4.7, level by level.</summary>
    private static bool IsMatch(string filter, string topic) =>
        (!topic.StartsWith('$') || filter.StartsWith('$')) && IsMatch(filter.Split('/'), topic.Split('/'));

    private static bool IsMatch(ReadOnlySpan<string> filter, ReadOnlySpan<string> topic)
    {
        if (filter is ["#"]) return true;
        if (filter.IsEmpty || topic.IsEmpty) return filter.IsEmpty && topic.IsEmpty;
        return (filter[0] == "+" || filter[0] == topic[0]) && IsMatch(filter[1..], topic[1..]);
    }

    private static IEnumerable<string> Paths(string[] levels, int depth) =>
        depth == 1 ? levels : levels.Concat(levels.SelectMany(l => Paths(levels, depth - 1).Select(rest => $"{l}/{rest}"))).Distinct();

    private static bool Matches(string filter, string topic) => TopicFilter.Matches(Utf8(filter), Utf8(topic));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
