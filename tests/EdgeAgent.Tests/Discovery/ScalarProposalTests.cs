namespace EdgeAgent.Tests.Discovery;

/// <summary>Topics whose payload is one number: the topic says all.</summary>
public sealed class ScalarProposalTests
{
    [Theory]
    [InlineData("value")]
    [InlineData("state")]
    [InlineData("raw")]
    [InlineData("get")]
    public void The_level_before_a_tail_is_the_channel_and_those_before_the_device(string tail)
    {
        var source = new Heard().Add(8, (i, _) => Heard.Value(i), $"plant/press1/temperature/{tail}", $"plant/press1/pressure/{tail}",
            $"plant/press2/temperature/{tail}", $"plant/press2/pressure/{tail}").Only();
        Assert.Equal("decode=scalar; device=topic[1]; channel=topic[2]", source.Lines());
        Assert.Equal(["press1", "press2"], source.Trial.Devices.Order());
        Assert.Equal(["pressure", "temperature"], source.Watched.Order());
        Assert.Equal("arrival", source.Time);
        Assert.DoesNotContain("time = ", source.Text());
    }

    [Fact]
    public void A_level_that_names_a_kind_of_messages_is_no_device()
    {
        var source = new Heard().Add(8, (i, _) => Heard.Value(i), "EASUN/status/grid_voltage/value", "EASUN/status/battery_voltage/value")
            .Add(4, (_, _) => "Battery Mode", "EASUN/status/work_mode/value").Add(4, (_, _) => "V", "EASUN/status/grid_voltage/unit").Only();
        Assert.Equal("decode=scalar; device=topic[0]; channel=topic[2]", source.Lines());
        Assert.Equal("EASUN", Assert.Single(source.Trial.Devices));
        Assert.Equal(["battery_voltage", "grid_voltage"], source.Trial.Channels.Keys.Order());
    }

    [Fact]
    public void A_device_with_other_values_than_the_rest_is_one_of_them()
    {
        var source = new Heard().Add(8, (i, _) => Heard.Value(i), "solar/inverter_1/grid_voltage/state", "solar/inverter_1/load_power/state",
            "solar/total/state_of_charge/state").Only();
        Assert.Equal(["inverter_1", "total"], source.Trial.Devices.Order());
        Assert.Contains("load_power", source.Watched);
    }

    [Fact]
    public void Words_below_get_are_commands() =>
        Assert.Equal("commands", Assert.Single(new Heard().Add(3, (_, _) => """{"state":""}""", "lamp/get").Propose().LeftOut).Reason);
}
