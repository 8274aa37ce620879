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

    [Fact]
    public void Those_that_had_been_there_longest_are_named_in_the_log_and_in_the_trouble()
    {
        var source = new FakeSource { Counters = { DevicesLeft = 40, CrowdedTicks = Some.Start.UtcTicks } };
        for (var i = 0; i < 40; i++) source.Counters.Left.Note(Heard($"pump-{i:00}", TimeSpan.FromSeconds(30 + i)));
        Tell(new EvictionLog(_time, _log), source);

        Assert.Contains("pump-39, pump-38, pump-37", _log.Lines.Single());
        Assert.Contains("pump-30.", _log.Lines.Single());
        Assert.DoesNotContain("pump-29", _log.Lines.Single());
        Assert.Contains(
            "made room (pump-39, pump-38, pump-37, pump-36 and others had been there longest), and",
            SourceTroubles.Find(source, Some.Start).Single().Text);
    }

    private static Device Heard(string name, TimeSpan life)
    {
        var device = new Device(name, "pumps", 0);
        device.Presence.Note(Some.Start.UtcTicks);
        device.Presence.Note((Some.Start + life).UtcTicks);
        return device;
    }

    private void Tell(EvictionLog evictions, params ISource[] sources)
    {
        evictions.Tell(sources);
        _time.Advance(TimeSpan.FromMinutes(1));
    }
}
