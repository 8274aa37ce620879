namespace EdgeAgent.Tests.Discovery;

/// <summary>Line protocol: what tells its values apart stands in measurements and tags.</summary>
public sealed class InfluxProposalTests
{
    [Fact]
    public void Values_of_one_field_are_told_apart_by_measurement_and_tag()
    {
        var source = new Heard().Add(10, (i, ms) => (i % 3) switch
        {
            0 => $"temperature,host=g1,sensor=t1 value={Heard.Value(i)} {Nanoseconds(ms, i)}",
            1 => $"temperature,host=g1,sensor=t2 value={60 + i} {Nanoseconds(ms, i)}",
            _ => $"pressure,host=g1,sensor=p1 value={5 + i} {Nanoseconds(ms, i)}",
        }, "lines/h").Only();
        Assert.Equal("decode=influx; device=topic[1]; channel={payload.name}.{payload.tags.sensor}", source.Lines());
        Assert.Equal(["pressure.p1.value", "temperature.t1.value", "temperature.t2.value"], source.Trial.Channels.Keys.Order());
        source.Text();
    }

    [Fact]
    public void Hosts_that_share_a_topic_are_devices()
    {
        var source = new Heard().Add(10, (i, ms) => $"cpu,host=g{i % 2} idle={Heard.Value(i)} {Nanoseconds(ms, 0)}", "telegraf").Only();
        Assert.Equal("decode=influx; device=payload.tags.host", source.Lines());
        Assert.Equal(["g0", "g1"], source.Trial.Devices.Order());
    }

    [Fact]
    public void Lines_of_one_message_that_would_fall_together_are_told_apart()
    {
        var source = new Heard().Add(10, (i, ms) =>
            $"cpu,core=c0 idle={Heard.Value(i)} {Nanoseconds(ms, 0)}\ncpu,core=c1 idle={50 + i} {Nanoseconds(ms, 0)}\n", "gate/g1").Only();
        Assert.Equal("decode=influx; device=topic[1]; channel=payload.tags.core", source.Lines());
        Assert.Equal(["c0.idle", "c1.idle"], source.Trial.Channels.Keys.Order());
    }

    [Fact]
    public void One_value_a_line_needs_no_more()
    {
        var source = new Heard().Add(10, (i, ms) => $"oven,unit=a temp={Heard.Value(i)} {Nanoseconds(ms, 0)}", "lines/h").Only();
        Assert.Equal("decode=influx; device=topic[1]", source.Lines());
    }

    /// <summary>The same for three messages that follow each other.</summary>
    private static string Nanoseconds(long ms, int i) => $"{ms - (i % 3 * 1000)}000000";
}
