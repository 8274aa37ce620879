using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Formats;

/// <summary>
/// What common gateways and devices send, each in the shape of public reports, with the readings that a user would expect.
/// </summary>
public class CommonPayloadsTests
{
    [Theory]
    [InlineData("kepware", """
        {"timestamp":1712345678000,"values":[{"id":"ch1.dev1.temp","v":10,"q":true,"t":1712345678000},
        {"id":"ch1.dev1.press","v":1.5,"q":true,"t":1712345678000},{"id":"ch1.dev1.flow","v":3,"q":false,"t":1712345678000},
        {"id":"ch1.dev1.temp","v":11,"q":true,"t":1712345679500}]}
        """, "@1712345678 ch1.dev1.temp=10 ch1.dev1.press=1.5|@1712345679.5 ch1.dev1.temp=11")]
    [InlineData("neuron", """
        {"node":"net1","group":"spc","timestamp":1712345678000,"values":{"Voltage":10,"Run":1},"errors":{"tag1":2014},"metas":{}}
        """, "net1@1712345678 Voltage=10 Run=1")]
    [InlineData("neuron-tags", """
        {"timestamp":1712345678000,"node":"net1","group":"spc","tags":[{"name":"Voltage","value":10},{"name":"b","error":2014},
        {"name":"c","value":7,"error":2014}]}
        """, "net1@1712345678 Voltage=10")]
    [InlineData("neuron-tags", """
        {"tags":[{"name":"Voltage","value":10}],"timestamp":1712345678000,"node":"net1"}
        """, "net1@1712345678 Voltage=10")]
    [InlineData("opc-publisher", """
        {"MessageId":"0","Messages":[{"DataSetWriterId":"w","Timestamp":"2024-04-05T19:34:10Z","Payload":{
        "temp":{"Value":10,"SourceTimestamp":"2024-04-05T19:34:10.5Z"},"press":{"Value":2,"SourceTimestamp":"2024-04-05T19:34:10.5Z",
        "StatusCode":{"Code":2147483648,"Symbol":"Bad"}},"flow":{"Value":3,"SourceTimestamp":"2024-04-05T19:34:10.5Z","StatusCode":0}}}]}
        """, "@1712345650.5 temp=10 flow=3")]
    [InlineData("opc-publisher-samples", """
        {"NodeId":"s=Temp","DisplayName":"Temp","Value":10,"SourceTimestamp":"2024-04-05T19:34:10Z"}
        """, "@1712345650 Temp=10")]
    [InlineData("opc-publisher-samples", """
        [{"NodeId":"s=T","DisplayName":"T","Value":{"Value":10,"SourceTimestamp":"2024-04-05T19:34:10Z"}},
        {"NodeId":"s=P","DisplayName":"P","Value":{"Value":2,"SourceTimestamp":"2024-04-05T19:34:10Z","StatusCode":2147483648}}]
        """, "@1712345650 T=10")]
    [InlineData("siemens", """
        {"seq":1,"vals":[{"id":"101","qc":3,"ts":"2024-04-05T19:34:10Z","val":1.5},{"id":"102","qc":0,"ts":"2024-04-05T19:34:10Z","val":9}]}
        """, "@1712345650 101=1.5")]
    [InlineData("telegraf", """
        {"fields":{"temp":10},"name":"pump","tags":{"host":"a"},"timestamp":1712345678}
        """, "a@1712345678 temp=10")]
    [InlineData("telegraf-batch", """
        {"metrics":[{"fields":{"temp":10},"name":"pump","tags":{"host":"a"},"timestamp":1712345678},
        {"fields":{"temp":20},"name":"pump","tags":{"host":"b"},"timestamp":1712345678},
        {"fields":{"temp":9},"name":"pump","tags":{"host":"a"},"timestamp":1712345670}]}
        """, "a@1712345670 temp=9|a@1712345678 temp=10|b@1712345678 temp=20")]
    [InlineData("thingsboard", """
        [{"ts":1712345678000,"values":{"temp":0}},{"ts":1712345679000,"values":{"temp":1}}]
        """, "@1712345678 temp=0|@1712345679 temp=1")]
    [InlineData("thingsboard-gateway", """
        {"Device A":[{"ts":1712345678000,"values":{"temp":0}}],"Device B":[{"ts":1712345678000,"values":{"temp":42}}]}
        """, "Device A@1712345678 temp=0|Device B@1712345678 temp=42")]
    [InlineData("shelly", """
        {"src":"shelly-aa","method":"NotifyStatus","params":{"ts":1712345678.5,"switch:0":{"id":0,"apower":10}}}
        """, "shelly-aa@1712345678.5 switch:0.id=0 switch:0.apower=10")]
    [InlineData("shelly-status", """
        {"id":0,"output":true,"apower":10,"aenergy":{"total":1042.5,"by_minute":[1.0,2.0,3.0]},"temperature":{"tC":54.5}}
        """, "@1712345700 telemetry.id=0 telemetry.apower=10 telemetry.aenergy.total=1042.5 telemetry.temperature.tC=54.5")]
    [InlineData("tasmota", """
        {"Time":"2024-04-05T19:34:10","AM2301":{"Temperature":10,"Humidity":50},"ENERGY":{"Power":[1,2,3]},"TempUnit":"C"}
        """, "@1712345650 AM2301.Temperature=10 AM2301.Humidity=50")]
    [InlineData("ttn", """
        {"end_device_ids":{"device_id":"d1"},"received_at":"2024-04-05T19:34:10.123456789Z","uplink_message":{"f_port":2,
        "decoded_payload":{"temperature":10,"light":"ON"},"rx_metadata":[{"rssi":-33}]}}
        """, "d1@1712345650.1234567 temperature=10")]
    [InlineData("chirpstack", """
        {"time":"2024-04-05T19:34:10Z","deviceInfo":{"devEui":"24e124"},"object":{"temperature":21.5,"battery":99}}
        """, "24e124@1712345650 temperature=21.5 battery=99")]
    [InlineData("ifm", """
        {"code":"event","cid":4711,"data":{"eventno":"1","payload":{"/processdatamaster/temperature":{"code":200,"data":42},
        "/timer":{"code":503,"data":7}}}}
        """, "@1712345700 /processdatamaster/temperature=42")]
    [InlineData("zigbee2mqtt", """
        {"current":0.5,"voltage":null,"linkquality":80,"state":"ON","update":{"state":"idle","progress":3}}
        """, "@1712345700 current=0.5 linkquality=80 update.progress=3")]
    public void A_preset_reads_what_its_maker_sends(string preset, string payload, string expected)
    {
        var options = Presets.Find(preset)! with { };
        var decoder = new DecoderBench(options);
        Assert.Equal(DecodeFailure.None, decoder.Decode(payload, Seconds(1712345700)));
        Assert.Equal(expected.Replace('|', '\n'), decoder.Text);
    }

    [Theory]
    [InlineData("""{"temp":10,"hum":NaN,"inf":-Infinity}""", "@7 temp=10")]
    [InlineData("""{"temp":10,"hum":nan}""", "@7 temp=10")]
    [InlineData("""{"note":"NaN +1 .5","temp":+10.5}""", "@7 temp=10.5")]
    [InlineData("""{"temp":.5,"hum":-.25}""", "@7 temp=0.5 hum=-0.25")]
    [InlineData("\uFEFF{\"temp\":10}", "@7 temp=10")]
    [InlineData("{\"temp\":10}\0", "@7 temp=10")]
    [InlineData(" {\"temp\":10}\r\n", "@7 temp=10")]
    [InlineData("{\"temp\":10}\n{\"temp\":11}\n", "@7 temp=10|@7 temp=11")]
    [InlineData("{\"temp\":10}{\"temp\":11}", "@7 temp=10|@7 temp=11")]
    [InlineData("""{"a.b/c d":10,"T\u00e4mp \u00b0C":2}""", "@7 a.b/c d=10 Tämp °C=2")]
    [InlineData("""{"value":"10","raw":"00010","error":"no error","rate":"0.5"}""", "@7 value=10 rate=0.5")]
    [InlineData("""{"v":10,"run":false}""", "@7 v=10")]
    [InlineData("""{"t":[10]}""", "@7 t=10")]
    [InlineData("""{"v":10,"v":99}""", "@7 v=99")]
    [InlineData("""{"v":10.5E+0,"w":16777217}""", "@7 v=10.5 w=16777216")]
    [InlineData("""[{"v":1},{"v":2}]""", "@7 v=1|@7 v=2")]
    [InlineData("""{"v":null,"w":1}""", "@7 w=1")]
    public void What_cannot_be_misread_is_read(string payload, string expected)
    {
        var decoder = new DecoderBench(new PayloadOptions { ChannelsBelow = "" });
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(DecodeFailure.None, decoder.Decode(payload, Seconds(7)));
            Assert.Equal(expected.Replace('|', '\n'), decoder.Text);
        }
    }

    [Theory]
    [InlineData("""{"v":10,5}""", DecodeFailure.BadJson)]
    [InlineData("""{"v":010.5}""", DecodeFailure.BadJson)]
    [InlineData("{'v':10}", DecodeFailure.BadJson)]
    [InlineData("""{"v":[1,2,3]}""", DecodeFailure.BlockWithoutRate)]
    [InlineData("""{"state":"online"}""", DecodeFailure.OnlyTexts)]
    [InlineData("""{"v":1e39}""", DecodeFailure.NoChannels)]
    [InlineData("{}", DecodeFailure.NoChannels)]
    [InlineData("[]", DecodeFailure.NoChannels)]
    [InlineData("[7,7.1]", DecodeFailure.NotAnObject)]
    internal void What_could_mean_two_things_or_nothing_is_refused_with_its_reason(string payload, DecodeFailure expected) =>
        Assert.Equal(expected, new DecoderBench(new PayloadOptions { ChannelsBelow = "", Decode = "json" }).Decode(payload));

    [Fact]
    public void Names_are_made_of_topic_payload_row_key_and_name()
    {
        var decoder = new DecoderBench(new PayloadOptions
        {
            Device = "{topic[0]}/{payload.unit}/{row.n}/{key}", Channel = "{name[0]}-{topic[-1]}",
                Rows = "units.*[*]", NamePath = "n", ValuePath = "v",
        });
        Assert.Equal(DecodeFailure.None, decoder.Decode(
            """{"units":{"left":[{"n":"a.b","v":1}],"right":[{"n":"c","v":2}]},"unit":"U1"}""", Seconds(7)));
        Assert.Equal("plant/U1/a.b/left@7 a-telemetry=1\nplant/U1/c/right@7 c-telemetry=2", decoder.Text);
    }

    [Fact]
    public void A_value_alone_is_of_the_channel_that_the_topic_names()
    {
        var decoder = new DecoderBench(new PayloadOptions { Device = "topic[1]", Channel = "topic[2]", ValuePath = "value" });
        Assert.Equal(DecodeFailure.None, decoder.Decode("""{"value":"23.5"}""", Seconds(7)));
        Assert.Equal("@7 telemetry=23.5", decoder.Text);
    }

    [Fact]
    public void Words_commas_and_units_count_where_the_source_says_so()
    {
        var decoder = new DecoderBench(new PayloadOptions
        {
            ChannelsBelow = "", HasDecimalComma = true, StripsUnits = true, Words = new() { ["open"] = 1, ["CLOSED"] = 0 },
        });
        Assert.Equal(DecodeFailure.None, decoder.Decode(
            """{"t":"10,5 °C","p":"1.5bar","valve":"Open","door":"closed","lot":"17-4"}""", Seconds(7)));
        Assert.Equal("@7 t=10.5 p=1.5 valve=1 door=0", decoder.Text);
    }

    [Fact]
    public void A_channel_that_is_asked_for_by_name_may_be_a_usual_word()
    {
        var decoder = new DecoderBench(
            new PayloadOptions { Channels = [new() { Name = "pump" }, new() { Name = "a.b" }, new() { Name = "c", Path = "\"c.d\".e" }] });
        Assert.Equal(DecodeFailure.None, decoder.Decode("""{"pump":"ON","a.b":2,"c.d":{"e":3}}""", Seconds(7)));
        Assert.Equal("@7 pump=1 a.b=2 c=3", decoder.Text);
    }

    [Fact]
    public void Sensors_of_several_makers_bring_one_channel_in_one_unit()
    {
        var (scale, offset) = UnitConversions.Between("°F", "°C")!.Value;
        var decoder = new DecoderBench(new PayloadOptions
        {
            ChannelsBelow = "", Conversions = new()
            {
                ["temp_f"] = new() { To = "temperature", Scale = scale, Offset = offset },
                ["T"] = new() { To = "temperature" },
            },
        });
        decoder.Decode("""{"temp_f":212}""", Seconds(7));
        Assert.Equal("@7 temperature=100", decoder.Text);
        decoder.Decode("""{"T":20}""", Seconds(8));
        Assert.Equal("@8 temperature=20", decoder.Text);
    }

    [Fact]
    public void A_refused_message_leaves_no_channel_behind()
    {
        var decoder = new DecoderBench(new PayloadOptions { ChannelsBelow = "", ChannelLimit = 4 });
        Assert.Equal(DecodeFailure.TooManyChannels, decoder.Decode("""{"a":1,"b":1,"c":1,"d":1,"e":1}"""));
        Assert.Equal(DecodeFailure.None, decoder.Decode("""{"p":1,"q":2,"r":3,"s":4}""", Seconds(7)));
        Assert.Equal("@7 p=1 q=2 r=3 s=4", decoder.Text);
    }

    [Fact]
    public void Rows_of_many_devices_allocate_nothing_once_they_are_known()
    {
        var decoder = new DecoderBench(Presets.Find("telegraf-batch")!);
        var payload = Some.Utf8("""{"metrics":[""" + string.Join(',', Enumerable.Range(0, 40).Select(i =>
            $$$"""{"fields":{"temp":{{{i}}},"x":"7"},"tags":{"host":"h{{{39 - i}}}"},"timestamp":{{{1712345678 - i}}}}""")) + "]}");
        decoder.Decode(payload, 0);
        decoder.Decode(payload, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            decoder.Decode(payload, 0);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static long Seconds(long seconds) => DateTime.UnixEpoch.AddSeconds(seconds).Ticks;
}
