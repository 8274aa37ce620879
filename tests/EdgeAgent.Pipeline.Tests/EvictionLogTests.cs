using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests;

/// <summary>What made room for others is told in numbers of the source that is there now.</summary>
public class EvictionLogTests
{
    private readonly LogLines _log = new();
    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = Some.Clock();

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    public void A_source_that_is_removed_and_added_again_is_counted_from_the_beginning(int devices)
    {
        var evictions = new EvictionLog(_time, _log);
        Tell(evictions, new FakeSource { Counters = { DevicesLeft = 5, ChannelsLeft = 3 } });
        Tell(evictions);
        Tell(evictions, new FakeSource { Counters = { DevicesLeft = devices } });

        Assert.Equal(2, _log.Lines.Count);
        Assert.Contains("5 devices and 3 channels", _log.Lines.ElementAt(0));
        Assert.Contains($"{devices} devices and 0 channels", _log.Lines.ElementAt(1));
    }

    [Fact]
    public void Counts_that_are_smaller_than_before_are_those_of_another_source()
    {
        var evictions = new EvictionLog(_time, _log);
        Tell(evictions, new FakeSource { Counters = { DevicesLeft = 5 } });
        Tell(evictions, new FakeSource { Counters = { DevicesLeft = 2 } });

        Assert.Contains("2 devices and 0 channels", _log.Lines.ElementAt(1));
    }

    private void Tell(EvictionLog evictions, params ISource[] sources)
    {
        evictions.Tell(sources);
        _time.Advance(TimeSpan.FromMinutes(1));
    }
}
