using EdgeAgent.Control.Status;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.TestSupport;

namespace EdgeAgent.Tests.Control;

public sealed class LeftOutMessagesTests
{
    [Fact]
    public void What_a_source_left_out_is_told_by_reason_to_the_last_message()
    {
        var counters = new SourceCounters
        {
            FilteredRetained = 1, FilteredOthers = 2, FilteredHistory = 3, FilteredNoTelemetry = 4, FilteredNoUsableValue = 5,
        };

        var counts = LeftOutMessages.Count([], [counters]).ToDictionary(c => c.Reason, c => c.Count);

        Assert.Equal((3, 4, 5), (counts["history"], counts["no_telemetry"], counts["no_usable_value"]));
        Assert.Equal(counters.Filtered, counts.Values.Sum());
        Assert.Equal(30, LeftOutMessages.Count([], [counters, counters]).Sum(c => c.Count));
    }

    [Fact]
    public void Every_reason_has_a_word_and_stands_in_the_manual()
    {
        var manual = File.ReadAllText(Repository.File("docs/operate.md"));
        manual = manual[manual.IndexOf("**Left out on purpose.**", StringComparison.Ordinal)..];
        manual = manual[..manual.IndexOf("\n\n", StringComparison.Ordinal)];

        var words = LeftOutMessages.Count([], []).Select(c => c.Reason).ToList();

        Assert.All(words, w => Assert.Contains($"`{w}`", manual));
        Assert.Equal(Enum.GetValues<FilterReason>().Length + 6, words.Distinct().Count());
    }
}
