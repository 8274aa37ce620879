using EdgeAgent.Cli;
using EdgeAgent.Discovery;

namespace EdgeAgent.Tests.Discovery;

/// <summary>Lists of numbers: samples in time, or phases and inputs.</summary>
public sealed class ListProposalTests
{
    [Fact]
    public void Each_phase_of_a_meter_is_a_channel()
    {
        var source = new Heard().Add(8, (i, ms) =>
            $$"""{"ts":{{ms}},"power":[{{Heard.Value(i)}},133.1,107.2],"voltage":[231,{{227 + i % 4}},234],"frequency":50.01}""", "meter/em3/values").Only();
        Assert.False(source.HasBlocks);
        Assert.Equal(["frequency", "power1", "power2", "power3", "voltage1", "voltage2", "voltage3"], source.Trial.Channels.Keys.Order());
        Assert.Equal(["power1", "voltage2"], source.Watched.Order());
        var text = source.Text();
        Assert.Contains("    { name = \"power1\", path = \"power[0]\" },\n", text);
        Assert.Contains("    \"frequency\",\n", text);
        Assert.DoesNotContain("sample_rate =", text);
    }

    [Fact]
    public void A_preset_takes_the_elements_of_its_lists_too()
    {
        var source = new Heard().Add(8, (i, ms) =>
            $$$"""{"Time":"{{{DateTimeOffset.FromUnixTimeMilliseconds(ms):s}}}","ENERGY":{"Total":2.7,"Power":[{{{Heard.Value(i)}}},133,107] } }""", "tele/em3/SENSOR").Only();
        Assert.Equal("tasmota", source.Trial.Plan.Preset);
        Assert.Equal(["ENERGY.Total", "ENERGY.Power1", "ENERGY.Power2", "ENERGY.Power3"], source.Trial.Channels.Keys);
        Assert.Equal(["ENERGY.Power1"], source.Watched);
        source.Text();
    }

    [Fact]
    public void Many_numbers_in_a_list_are_samples_even_where_no_rate_is_said()
    {
        var source = new Heard().Add(10, (i, ms) => $$"""{"ts":{{ms}},"x":[{{string.Join(',', Enumerable.Range(i, 16))}}]}""", "vibration/m1").Only();
        Assert.Contains("sample_rate=16Hz", source.Lines());
        Assert.Equal("ts", source.Time);
    }

    [Fact]
    public void A_frequency_beside_the_number_of_elements_is_the_rate_of_samples()
    {
        var source = new Heard().Add(8, (i, ms) =>
            $$$"""{"ts":{{{ms}}},"wave":{"count":4,"frequency":100,"values":[{{{i}}},2,3,4]}}""", "mtc/m1").Only();
        Assert.Contains("sample_rate=wave.frequency", source.Lines());
    }

    [Fact]
    public void A_list_of_one_number_is_a_channel_and_an_object_called_state_holds_any()
    {
        var source = new Heard().Add(8, (i, _) => $$$"""{"state":{"AI..1":{"desc":"AI-1","value":[{{{Heard.Value(i)}}}] } } }""", "logo/l1").Only();
        Assert.Equal(["state.AI..1.value"], source.Watched);
        Assert.Contains("{ name = \"state.AI..1.value\", path = \"state.\\\"AI..1\\\".value[0]\" }", source.Text());
    }

    [Fact]
    public void Lists_that_are_left_out_are_told()
    {
        var source = new Heard().Add(8, (_, ms) => $$"""{"ts":{{ms}},"temp":20,"rows":[{"temps":[1,2,3]}]}""", "oven/7").Only();
        Assert.Empty(source.Watched);
        Assert.Contains("lists of numbers are left out: rows[*].temps", source.Text());
        using var output = new StringWriter();
        ProposalView.Print(new Heard().Add(8, (_, ms) => $$"""{"ts":{{ms}},"temp":20,"rows":[{"temps":[1,2,3]}]}""", "oven/7").Propose(), output, Palette.Of(true));
        Assert.DoesNotContain("nothing moves", output.ToString());
        Assert.Contains("lists are left out", output.ToString());
    }
}
