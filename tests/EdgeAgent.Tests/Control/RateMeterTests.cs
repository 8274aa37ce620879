using EdgeAgent.Control.Status;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Tests.Control;

public class RateMeterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_rate_is_of_the_last_minute()
    {
        var meter = new RateMeter(_time);
        long count = 0;
        for (var second = 0; second <= 300; second += 5)
        {
            meter.Sample(count);
            if (second == 300) break;
            _time.Advance(TimeSpan.FromSeconds(5));
            count += second < 240 ? 5000 : 50;
        }

        Assert.Equal(10, meter.PerSecond(count), 3);
    }

    [Fact]
    public void A_young_meter_tells_the_rate_since_its_first_look()
    {
        var meter = new RateMeter(_time);
        meter.Sample(0);
        Assert.Equal(0, meter.PerSecond(10));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(5, meter.PerSecond(10));
    }
}
