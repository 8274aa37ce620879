using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Tests.Decisions;

public sealed class DecideTests
{
    [Fact]
    public void An_event_opens_after_5_scores_above_and_closes_after_10_below()
    {
        float[] scores =
            [.. Enumerable.Repeat(2f, 4), 0, .. Enumerable.Repeat(1f, 6), .. Enumerable.Repeat(0f, 9), 1, .. Enumerable.Repeat(0f, 10)];

        var verdicts = Verdicts(new ManifestDecision { OnAfter = 5, OffAfter = 10 }, scores);

        Assert.Equal(9, Array.IndexOf(verdicts, true));
        Assert.Equal(29, Array.LastIndexOf(verdicts, true));
        Assert.False(verdicts[^1]);
    }

    [Fact]
    public void Between_the_clear_level_and_the_threshold_an_event_stays_as_it_is() =>
        Assert.Equal(
            [false, true, true, true, false, false],
            Verdicts(new ManifestDecision { OnAfter = 1, OffAfter = 1, Clear = 0.5f }, [0.9f, 1, 0.9f, 0.5f, 0.4f, 0.9f]));

    [Fact]
    public void Scores_are_smoothed_before_they_count() =>
        Assert.Equal(
            [false, false, true, true, false],
            Verdicts(new ManifestDecision { OnAfter = 1, OffAfter = 1, Clear = 1, Smooth = 2 }, [0, 1, 1, 2, -1]));

    private static bool[] Verdicts(ManifestDecision decision, float[] scores)
    {
        var settings = new DecisionSettings(new DetectorOptions(), new BundleManifest { Decision = decision });
        var state = new DecisionState(settings.Smooth);
        return [.. scores.Select(s => state.Decide(s, settings))];
    }
}
