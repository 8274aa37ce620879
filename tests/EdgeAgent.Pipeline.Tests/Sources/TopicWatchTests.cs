using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Sources;

public class TopicWatchTests
{
    [Fact]
    public void Filters_that_nothing_has_come_on_are_named()
    {
        var watch = new TopicWatch(["plant/+/telemetry", "$share/g/line/#", "Plant/x"]);
        Assert.Equal((0, 3), (watch.Heard, watch.Unmatched.Count));
        watch.Note("plant/p1/telemetry"u8);
        watch.Note("line/a/b"u8);
        watch.Note("plant/x"u8);
        Assert.Equal(3, watch.Heard);
        Assert.Equal(["Plant/x"], watch.Unmatched);
    }

    [Fact]
    public void After_many_messages_a_filter_is_still_found_to_match_within_a_few()
    {
        var watch = new TopicWatch(["a", "b"]);
        for (var i = 0; i < 10_000; i++) watch.Note("a"u8);
        Assert.Equal(["b"], watch.Unmatched);
        for (var i = 0; i < 16; i++) watch.Note("b"u8);
        Assert.Empty(watch.Unmatched);
    }
}
