namespace EdgeAgent.Tests.Discovery;

/// <summary>Values that come in rows, with what is said of each.</summary>
public sealed class RowProposalTests
{
    [Fact]
    public void Rows_of_bad_quality_are_missing()
    {
        var source = new Heard().Add(8, (i, ms) => $$"""
            {"tags":[{"name":"Temp","value":{{Heard.Value(i)}},"quality":192,"timestamp":{{ms}} },
            {"name":"Curr","value":0.0,"quality":0,"timestamp":{{ms}}},{"name":"Flow","value":-999,"quality":24,"timestamp":{{ms}} } ] }
            """, "ign/l1").Only();
        Assert.Equal("device=topic[1]; rows=tags[*]; name=name; value=value; time=timestamp; quality={ path = \"quality\", good = [192, 216] }", source.Lines());
        Assert.Equal(["Temp"], source.Trial.Channels.Keys);
        Assert.Equal(["Temp"], source.Watched);
        source.Text();
    }

    [Fact]
    public void Numbers_and_qualities_that_are_texts_are_read_and_variables_named()
    {
        var source = new Heard().Add(8, (i, ms) => $$"""
            {"Timestamp":{{ms}},"DataItems":[{"Variable":"Temp","Type":"Real","Value":"{{Heard.Value(i)}}","QualityCode":"192"},
            {"Variable":"Curr","Type":"Real","Value":"{{i}}.5","QualityCode":"0"}]}
            """, "cc7/st1/pub").Only();
        Assert.Contains("rows=DataItems[*]; name=Variable; value=Value; time=$.Timestamp; quality={ path = \"QualityCode\", good = [192, 216] }", source.Lines());
        Assert.Equal(["Temp"], source.Watched);
        source.Text();
    }

    [Fact]
    public void Rows_that_do_not_name_their_value_are_named_by_the_topic()
    {
        var heard = new Heard();
        foreach (var name in new[] { "Motor_Temp", "Motor_Curr" })
            heard.Add(8, (i, ms) => $$"""
                {"Name":"{{name}}","datapoints":[{"Measurement":"{{Heard.Value(i)}}","Quality_Code":"192","Time":{{ms - 500}}},
                {"Measurement":"{{Heard.Value(i + 1)}}","Quality_Code":"192","Time":{{ms}}}]}
                """, $"factory/motors/m1/{name}");
        var source = heard.Only();
        Assert.StartsWith("device=topic[2]; rows=datapoints[*]; channel=topic[3]; value=Measurement; time=Time; quality=", source.Lines());
        Assert.Equal(["Motor_Curr", "Motor_Temp"], source.Trial.Channels.Keys.Order());
    }

    [Fact]
    public void Members_of_an_object_that_are_alike_are_rows()
    {
        var source = new Heard().Add(8, (i, ms) =>
            $$$"""{"tags":{"T1":{"v":{{{Heard.Value(i)}}},"ts":{{{ms}}},"q":"GOOD"},"P1":{"v":5.1,"ts":{{{ms}}},"q":"BAD"} } }""", "w/d1").Only();
        Assert.Equal("device=topic[1]; rows=tags.*; channel=key; value=v; time=ts; quality=q", source.Lines());
        Assert.Equal(["T1"], source.Trial.Channels.Keys);
        source.Text();
    }

    [Fact]
    public void Members_at_the_top_are_rows_with_the_documents_time()
    {
        var source = new Heard().Add(8, (i, ms) =>
            $$$"""{"Timestamp":{{{ms}}},"Temp":{"Value":"{{{Heard.Value(i)}}}","QualityCode":"192"},"Curr":{"Value":"{{{i}}}.5","QualityCode":"192"}}""", "cc7/st1/json").Only();
        Assert.StartsWith("device=topic[1]; rows=*; channel=key; value=Value; time=$.Timestamp; quality=", source.Lines());
        Assert.Equal(["Temp", "Curr"], source.Trial.Channels.Keys);
    }

    [Fact]
    public void Members_that_measure_more_than_a_value_are_none()
    {
        var source = new Heard().Add(8, (i, ms) =>
            $$$"""{"ts":{{{ms}}},"pump":{"value":{{{Heard.Value(i)}}},"rpm":3},"fan":{"value":5,"rpm":{{{i}}} } }""", "hall/h1").Only();
        Assert.Equal(["pump.value", "pump.rpm", "fan.value", "fan.rpm"], source.Trial.Channels.Keys);
    }

    [Fact]
    public void A_batch_of_readings_is_read_by_row()
    {
        var source = new Heard().Add(8, (i, ms) =>
            $$"""{"count":2,"readings":[{"ts":{{ms - 500}},"temp":{{Heard.Value(i)}},"rpm":5},{"ts":{{ms}},"temp":{{Heard.Value(i + 1)}},"rpm":6}]}""", "press/p7").Only();
        Assert.Equal("device=topic[1]; rows=readings[*]; time=ts", source.Lines());
        Assert.Equal(["temp", "rpm"], source.Trial.Channels.Keys);
    }

    [Fact]
    public void A_value_with_its_quality_beside_it_is_read_with_both()
    {
        var source = new Heard().Add(8, (i, ms) => $$"""{"value":{{Heard.Value(i)}},"quality":"Good","timestamp":{{ms}} }""",
            "hall/oven/temperature", "hall/oven/humidity").Only();
        Assert.EndsWith("value=value; time=timestamp; quality=quality", source.Lines());
    }

    [Theory]
    [InlineData("0", "1")]
    [InlineData("\"OK\"", "\"ALARM\"")]
    [InlineData("true", "false")]
    public void A_status_of_a_device_is_no_quality(string usual, string other)
    {
        var source = new Heard().Add(8, (i, ms) =>
            $$"""{"value":{{Heard.Value(i)}},"status":{{(i % 2 == 0 ? usual : other)}},"timestamp":{{ms}}}""", "hall/oven/temperature").Only();
        Assert.DoesNotContain("quality", source.Lines());
    }

    [Fact]
    public void What_a_radio_says_of_a_message_is_not_watched_and_json_in_a_text_is_told()
    {
        var heard = new Heard().Add(8, (i, _) => $$$"""
            {"deviceName":"cold store","rxInfo":[{"rssi":{{{-57 - i}}},"loRaSNR":{{{i}}}}],"txInfo":{"frequency":{{{868100000 + i % 3}}},"dr":{{{i % 3}}}},
            "fCnt":{{{i}}},"fPort":85,"objectJSON":"{\"temperature\": -18.4}"}
            """, "application/1/device/24e1/event/up");
        var proposal = heard.Propose();
        Assert.All(proposal.Sources, s => Assert.Empty(s.Watched));
        Assert.Contains("objectJSON holds JSON in a text", Assert.Single(Assert.Single(proposal.Sources).Notes));
    }

    [Fact]
    public void The_frequency_of_a_grid_is_watched() =>
        Assert.Equal(["frequency"], new Heard().Add(8, (i, _) => $$"""{"frequency":{{Heard.Value(i)}}}""", "meter/m1").Only().Watched);
}
