using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Calibration;

public sealed class ChannelKindsTests
{
    private readonly SensorSteps _steps = new([2], [50]);

    [Fact]
    public void A_bit_has_the_spread_of_many_steps_until_a_third_value_shows()
    {
        Learn(0, 0, 1, 0, 1, 1);
        Assert.Equal(50, _steps.Floor(0, 0.5f));

        Assert.False(_steps.LearnFirst([0]));
        Assert.True(_steps.LearnFirst([3]));
        Assert.Equal(2, _steps.Floor(0, 0.5f));
        Assert.False(_steps.LearnFirst([7]));
    }

    [Theory]
    [InlineData(273, 273)]
    [InlineData(-4, 4)]
    [InlineData(0, 50)]
    public void A_channel_that_has_not_moved_may_change_by_as_much_as_its_value(float value, float expected)
    {
        Learn(value, value, value);
        Assert.Equal(expected, _steps.Floor(0, value));

        Assert.True(_steps.LearnFirst([value + 2]));
        Assert.Equal(100, _steps.Floor(0, value));
    }

    [Fact]
    public void What_only_rises_is_a_counter_until_it_falls()
    {
        for (var i = 0; i < 15; i++) Learn(i, i);
        Assert.False(_steps.IsCounter(0));
        for (var i = 15; i < 30; i++) Learn(i);
        Assert.True(_steps.IsCounter(0));

        Assert.True(_steps.LearnFirst([20]));
        Assert.False(_steps.IsCounter(0));
        Assert.Equal(2, _steps.Floor(0, 15));
    }

    [Fact]
    public void What_was_saved_goes_on_and_what_cannot_be_is_known()
    {
        for (var i = 0; i < 19; i++) Learn(i);
        var saved = new byte[_steps.SavedBytes];
        Assert.True(_steps.Save(saved).IsEmpty);
        var other = new SensorSteps([2], [50]);
        Assert.True(other.Load(saved).IsEmpty);
        Assert.True(other.IsPossible);
        other.Learn([19]);
        other.Learn([20]);
        Assert.True(other.IsCounter(0));

        BitConverter.TryWriteBytes(saved.AsSpan(saved.Length - 4), -1f);
        other.Load(saved);
        Assert.False(other.IsPossible);
    }

    [Fact]
    public void Whatever_leads_to_another_kind_is_worth_keeping_and_nothing_else()
    {
        var manifest = TinyBundle.Sum("bit", "count", "noise");
        foreach (var channel in manifest.Channels)
            (channel.Floor, channel.FloorSteps, channel.BitSteps) = (0, 2, 50);
        var calibration = new ChannelCalibration(manifest);
        calibration.Learn([0, 0, 5]);
        calibration.Learn([1, 1, 3]);
        Assert.True(calibration.IsComplete);
        Told([0, 2, 4], [1, 3, 3.5f]);
        // Neither the bit nor the noise shows anything new, and the counter stands.
        Untold([0, 3, 4], [1, 3, 9]);
        Told([.. Enumerable.Range(4, 17).Select(count => new float[] { 1, count, 4 })]);
        // It is known to count by now.
        Untold([1, 30, 4], [0, 40, 3]);
        Told([0, 35, 4]);
        Told([0.5f, 36, 4]);

        void Told(params float[][] readings) => Expect(true, readings);
        void Untold(params float[][] readings) => Expect(false, readings);
        void Expect(bool isTold, float[][] readings)
        {
            foreach (var reading in readings)
            {
                var before = calibration.Changes;
                calibration.LearnFirstStep(reading);
                Assert.Equal(isTold, calibration.Changes != before);
            }
        }
    }

    private void Learn(params float[] values)
    {
        foreach (var value in values)
            _steps.Learn([value]);
    }
}
