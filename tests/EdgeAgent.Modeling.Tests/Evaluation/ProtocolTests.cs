using EdgeAgent.Modeling.Evaluation;

namespace EdgeAgent.Modeling.Tests.Evaluation;

public class ProtocolTests
{
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
