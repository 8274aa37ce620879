using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;

namespace EdgeAgent.Modeling.Tests.Evaluation;

public class ProtocolTests
{
    [Fact]
    public void An_event_opens_after_5_scores_above_and_closes_after_10_below()
    {
        var decision = new DecisionState(new ManifestDecision { OnAfter = 5, OffAfter = 10 });
        float[] scores = [.. Enumerable.Repeat(2f, 4), 0, .. Enumerable.Repeat(1f, 6), .. Enumerable.Repeat(0f, 9), 1, .. Enumerable.Repeat(0f, 10)];

        var verdicts = scores.Select(decision.Take).ToArray();

        Assert.Equal(9, Array.IndexOf(verdicts, true));
        Assert.Equal(29, Array.LastIndexOf(verdicts, true));
        Assert.False(verdicts[^1]);
    }

    [Fact]
    public void Counts_readings_events_delay_and_false_alarms()
    {
        var recording = Some.Recording(10, 1) with { Labels = [false, false, true, true, true, true, false, false, false, false] };
        var score = new ProtocolScore();

        score.Add(recording, [false, false, true, true, false, false, true, false]);

        Assert.Equal((8, 1, 1, 1), (score.Readings, score.Events, score.Found, score.FalseAlarms));
        Assert.Equal(2 / (2 + 3 / 2.0), score.F1, 1e-12);
        Assert.Equal(0.25, score.FalseAlarmRate);
        Assert.Equal(0.5, score.MissedAlarmRate);
        Assert.Equal(2, score.MeanDelaySeconds);
    }
}
