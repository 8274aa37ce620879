using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Pipeline.Tests.Calibration;

/// <summary>One channel, blocks of four readings that lie one above and one below a level.</summary>
public class CalibrationRenewalTests
{
    private readonly ChannelCalibration _calibration = new([0.01f], readings: 16, clip: 30, blocksDivisor: 2);

    [Fact]
    public void Each_calm_block_that_another_followed_replaces_the_oldest()
    {
        var renewal = Renewal(new ManifestRenewal { Every = 4, Blocks = 2 });
        Assert.Equal(RenewalOutcome.Nothing, Feed(renewal, 2));
        Assert.Equal(0, _calibration.Means[0], 1e-6f);

        Assert.Equal(RenewalOutcome.Renewed, Feed(renewal, 4));
        // Eight of the first readings at 0, four at 2.
        Assert.Equal(2 * 4f / 12, _calibration.Means[0], 1e-6f);
        Assert.Equal(12, _calibration.Count);

        Feed(renewal, 4);
        Assert.Equal(3, _calibration.Means[0]);
        // Half the readings at 2 ± 1, half at 4 ± 1.
        Assert.Equal(Math.Sqrt(2), _calibration.Spread(0), 1e-6f);
        Assert.True(renewal.IsAllNew);
    }

    [Fact]
    public void The_block_before_a_disturbed_one_is_not_learned()
    {
        var renewal = Renewal(new ManifestRenewal { Every = 4, Blocks = 2 });
        Feed(renewal, 7);
        Assert.Equal(RenewalOutcome.Nothing, Feed(renewal, 9, disturbed: true));
        Assert.Equal(RenewalOutcome.Nothing, Feed(renewal, 0));
        Assert.Equal(RenewalOutcome.Renewed, Feed(renewal, 0));
        Assert.Equal(0, _calibration.Means[0], 1e-6f);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 4)]
    public void A_block_waits_for_as_many_calm_ones_as_it_is_told(int hold, int blocks)
    {
        var renewal = Renewal(new ManifestRenewal { Every = 4, Blocks = 2, Hold = hold });
        for (var i = 1; i < blocks; i++)
            Assert.Equal(RenewalOutcome.Nothing, Feed(renewal, 1));
        Assert.Equal(RenewalOutcome.Renewed, Feed(renewal, 1));
    }

    [Fact]
    public void A_judgement_at_the_calm_level_disturbs_and_one_below_does_not()
    {
        var renewal = Renewal(new ManifestRenewal { Every = 4, Blocks = 2, Hold = 0, CalmBelow = 0.5f });
        renewal.Judged(0.49f, isAnomalous: false);
        Assert.Equal(RenewalOutcome.Renewed, Feed(renewal, 1));
        renewal.Judged(0.5f, isAnomalous: false);
        Assert.Equal(RenewalOutcome.Nothing, Feed(renewal, 1));
    }

    [Fact]
    public void The_spread_may_be_kept()
    {
        var renewal = Renewal(new ManifestRenewal { Every = 4, Blocks = 2, Hold = 0, Spread = "keep" });
        Feed(renewal, 10);
        Feed(renewal, 20);
        Assert.Equal((15f, 1f), (_calibration.Means[0], _calibration.Spread(0)));
    }

    [Fact]
    public void What_stays_steady_under_an_open_event_for_long_enough_is_adopted()
    {
        var renewal = Renewal(new ManifestRenewal { Every = 4, Blocks = 2, AdoptAfter = 12 });
        // The event opens within this block, and in the next the channel still moves.
        Assert.Equal(RenewalOutcome.Nothing, Feed(renewal, 5, isOpen: true));
        Assert.Equal(RenewalOutcome.Nothing, Feed(renewal, 20, isOpen: true));
        Assert.Equal(RenewalOutcome.Nothing, Feed(renewal, 50, isOpen: true));
        Assert.Equal(RenewalOutcome.Nothing, Feed(renewal, 50.5f, isOpen: true));
        Assert.Equal(RenewalOutcome.Adopted, Feed(renewal, 51, isOpen: true));
        Assert.Equal((50.75f, 8), (_calibration.Means[0], _calibration.Count));
        Assert.True(renewal.IsAllNew);
    }

    [Theory]
    [InlineData(0.0f)]
    [InlineData(5f)]
    public void A_sensor_that_is_stuck_or_wild_is_never_adopted(float swing)
    {
        var renewal = Renewal(new ManifestRenewal { Every = 4, Blocks = 2, AdoptAfter = 8 });
        for (var i = 0; i < 20; i++)
            Assert.Equal(RenewalOutcome.Nothing, Feed(renewal, 50, isOpen: true, swing: swing));
    }

    [Fact]
    public void An_event_that_closed_and_opened_again_begins_the_wait_anew()
    {
        var renewal = Renewal(new ManifestRenewal { Every = 4, Blocks = 2, AdoptAfter = 8 });
        Feed(renewal, 50, isOpen: true);
        Feed(renewal, 50, isOpen: true);
        renewal.EventClosed();
        Assert.Equal(RenewalOutcome.Nothing, Feed(renewal, 50, isOpen: true));
        Assert.Equal(RenewalOutcome.Nothing, Feed(renewal, 50, isOpen: true));
        Assert.Equal(RenewalOutcome.Adopted, Feed(renewal, 50, isOpen: true));
    }

    [Fact]
    public void Saved_and_loaded_at_any_reading_it_goes_on_as_if_nothing_had_been()
    {
        var random = new Random(5);
        var settings = new ManifestRenewal { Every = 4, Blocks = 2, AdoptAfter = 12 };
        var (left, right) = (new Twin(settings), new Twin(settings));
        var outcomes = new HashSet<RenewalOutcome>();
        for (var i = 0; i < 4000; i++)
        {
            var isOpen = i / 100 % 3 == 1;
            var value = (float)(random.NextDouble() + (isOpen ? 9 : 0));
            outcomes.Add(left.Feed(value, isOpen));
            right.Feed(value, isOpen);
            right = right.Copy(settings);
            Assert.Equal(left.Calibration.Means[0], right.Calibration.Means[0]);
            if (left.Calibration.IsComplete) Assert.Equal(left.Calibration.Spread(0), right.Calibration.Spread(0));
        }
        Assert.Equal(3, outcomes.Count);
    }

    private CalibrationRenewal Renewal(ManifestRenewal settings)
    {
        for (var i = 0; i < 16; i++)
            _calibration.Learn([i % 2 == 0 ? 1 : -1]);
        var renewal = new CalibrationRenewal(settings, _calibration);
        renewal.Begin();
        return renewal;
    }

    private static RenewalOutcome Feed(
        CalibrationRenewal renewal, float level, bool disturbed = false, bool isOpen = false, float swing = 1)
    {
        for (var i = 0; i < 4; i++)
        {
            Assert.False(renewal.IsBlockFull);
            renewal.Add([level + (i % 2 == 0 ? swing : -swing)]);
        }
        Assert.True(renewal.IsBlockFull);
        renewal.Judged(disturbed ? 2 : 0, isAnomalous: isOpen);
        var outcome = renewal.Settle(isOpen);
        renewal.Apply(outcome);
        return outcome;
    }

    private sealed class Twin
    {
        private readonly CalibrationRenewal _renewal;

        public Twin(ManifestRenewal settings)
        {
            Calibration = new ChannelCalibration([0.01f], readings: 16, clip: 30, blocksDivisor: settings.Blocks);
            _renewal = new CalibrationRenewal(settings, Calibration);
        }

        public ChannelCalibration Calibration { get; }

        public RenewalOutcome Feed(float value, bool isOpen)
        {
            if (!Calibration.IsComplete)
            {
                Calibration.Learn([value]);
                if (Calibration.IsComplete) _renewal.Begin();
                return RenewalOutcome.Nothing;
            }
            _renewal.Add([value]);
            _renewal.Judged(0, isOpen);
            if (!_renewal.IsBlockFull) return RenewalOutcome.Nothing;
            var outcome = _renewal.Settle(isOpen);
            _renewal.Apply(outcome);
            return outcome;
        }

        public Twin Copy(ManifestRenewal settings)
        {
            var copy = new Twin(settings);
            var (calibration, blocks, current) =
                (
                    new byte[Calibration.SavedBytes], new byte[_renewal.SavedBlocksBytes(_renewal.Adopts)],
                    new byte[_renewal.SavedCurrentBytes]);
            Assert.Equal(0, Calibration.Save(calibration).Length);
            Assert.Equal(0, _renewal.SaveBlocks(blocks).Length);
            Assert.Equal(0, _renewal.SaveCurrent(current).Length);
            Assert.Equal(0, copy.Calibration.Load(calibration).Length);
            Assert.Equal(0, copy._renewal.LoadBlocks(blocks, _renewal.Adopts).Length);
            Assert.Equal(0, copy._renewal.LoadCurrent(current).Length);
            return copy;
        }
    }
}
