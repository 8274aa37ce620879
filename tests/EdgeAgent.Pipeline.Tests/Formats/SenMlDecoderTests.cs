using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats;

public class SenMlDecoderTests
{
    private static readonly long Arrival = DateTime.UnixEpoch.AddSeconds(1_700_000_000).Ticks;

    /// <summary>The labels of CBOR by those of JSON (RFC 8428, table 4).</summary>
    private static readonly Dictionary<string, int> Labels = new()
    {
        ["bver"] = -1, ["bn"] = -2, ["bt"] = -3, ["bu"] = -4, ["bv"] = -5, ["bs"] = -6,
        ["n"] = 0, ["u"] = 1, ["v"] = 2, ["vs"] = 3, ["vb"] = 4, ["s"] = 5, ["t"] = 6, ["ut"] = 7, ["vd"] = 8,
    };

    [Fact]
    public void A_single_value_is_measured_now() => AssertRead(
        "@1700000000 urn:dev:ow:10e2073a01080063=23.1",
        """[{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}]""");

    [Fact]
    public void Values_of_one_time_are_one_reading() => AssertRead(
        "@1700000000 voltage=120.1 current=1.2",
        """[{"bn":"urn:dev:ow:10e2073a01080063:","n":"voltage","u":"V","v":120.1},{"n":"current","u":"A","v":1.2}]""");

    [Fact]
    public void Base_fields_hold_for_the_records_behind_them() => AssertRead(
        """
        @1276020071.001 current=1.2
        @1276020072.001 current=1.3
        @1276020073.001 current=1.4
        @1276020074.001 current=1.5
        @1276020075.001 current=1.6
        @1276020076.001 voltage=120.1
        @1276020076.001 current=1.7
        """,
        """
        [
          {"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,"n":"voltage","u":"V","v":120.1},
          {"n":"current","t":-5,"v":1.2}, {"n":"current","t":-4,"v":1.3}, {"n":"current","t":-3,"v":1.4},
          {"n":"current","t":-2,"v":1.5}, {"n":"current","t":-1,"v":1.6}, {"n":"current","v":1.7}
        ]
        """);

    [Fact]
    public void Records_of_one_name_may_be_told_apart_by_their_units() => AssertRead(
        """
        10e2073a01080063@1320067464 %RH=20 lon=24.30621 lat=60.07965
        10e2073a01080063@1320067524 %RH=20.3 lon=24.30622 lat=60.07965
        10e2073a01080063@1320067614 %EL=98
        """,
        """
        [
          {"bn":"10e2073a01080063","bt":1.320067464e+09,"bu":"%RH","v":20}, {"u":"lon","v":24.30621}, {"u":"lat","v":60.07965},
          {"t":60,"v":20.3}, {"u":"lon","t":60,"v":24.30622}, {"u":"lat","t":60,"v":60.07965},
          {"u":"%EL","t":150,"v":98}
        ]
        """, s => (s.Device, s.Channel) = ("row.bn", "row.u"));

    [Fact]
    public void One_pack_may_bring_several_devices() => AssertRead(
        "2001:db8::2@1320078429 temperature=25.2 humidity=30\n2001:db8::1@1320078429 temperature=12.3 humidity=67",
        """
        [
          {"bn":"2001:db8::2/","bt":1.320078429e+09,"n":"temperature","u":"Cel","v":25.2}, {"n":"humidity","u":"%RH","v":30},
          {"bn":"2001:db8::1/","n":"temperature","u":"Cel","v":12.3}, {"n":"humidity","u":"%RH","v":67}
        ]
        """, s => s.Device = "payload.bn");

    [Fact]
    public void The_CBOR_of_the_RFC_is_read()
    {
        const string Hex =
            "87a721781b75726e3a6465763a6f773a3130653230373361303130383030363a22fb41d303a15b00106223614120050067766f6c7461676501615602"
            + "fb405e066666666666a3006763757272656e74062402fb3ff3333333333333a3006763757272656e74062302fb3ff4cccccccccccda3006763757272"
            + "656e74062202fb3ff6666666666666a3006763757272656e74062102f93e00a3006763757272656e74062002fb3ff999999999999aa3006763757272"
            + "656e74060002fb3ffb333333333333";
        var decoder = Decoder();

        Assert.Equal(DecodeFailure.None, decoder.Decode(Convert.FromHexString(Hex), Arrival));

        Assert.Equal(
            """
            @1276020071.001 current=1.2
            @1276020072.001 current=1.3
            @1276020073.001 current=1.4
            @1276020074.001 current=1.5
            @1276020075.001 current=1.6
            @1276020076.001 voltage=120.1
            @1276020076.001 current=1.7
            """, decoder.Text);
    }

    [Theory]
    [InlineData("""[{"n":"a","vb":true},{"n":"b","vb":false}]""", "a=1 b=0")]
    [InlineData("""[{"n":"a","vs":"23.5"},{"n":"b","v":1}]""", "a=23.5 b=1")]
    [InlineData("""[{"n":"a","vs":"open"},{"n":"b","vd":"aGkK"},{"n":"c","v":1}]""", "c=1")]
    [InlineData("""[{"bv":100,"n":"a","v":1.5},{"n":"b","v":-1},{"n":"c","vb":true}]""", "a=101.5 b=99 c=1")]
    [InlineData("""[{"bv":100,"n":"a","v":1},{"bv":0,"n":"b","v":1}]""", "a=101 b=1")]
    [InlineData("""[{"bs":1000,"n":"energy","s":25},{"n":"b","v":1,"s":3}]""", "energy=1025 b=1")]
    [InlineData("""[{"n":"a","v":null},{"n":"b","v":1,"other":{"x":[1]}}]""", "b=1")]
    [InlineData("""[{"bn":"urn:dev:ow:10e2:","v":4}]""", "10e2=4")]
    [InlineData("""[{"bn":"/3303/0/","v":4}]""", "0=4")]
    [InlineData("""[{"bver":10,"n":"a","v":1},{"n":"b","v":2}]""", "a=1 b=2")]
    [InlineData("""[{"bver":26,"n":"a","v":1}]""", "a=1")]
    [InlineData("""{"n":"a","v":1}""", "a=1")]
    public void Values_and_sums_with_their_bases_are_channels(string pack, string read) => AssertRead("@1700000000 " + read, pack);

    [Theory]
    [InlineData("0", "1700000000")]
    [InlineData("-10.5", "1699999989.5")]
    [InlineData("268435455", "1968435455")]
    [InlineData("268435456", "268435456")]
    [InlineData("1600000000.0625", "1600000000.0625")]
    public void Small_times_are_relative_to_the_arrival(string time, string seconds) =>
        AssertRead($"@{seconds} a=1", $$"""[{"n":"a","v":1,"t":{{time}}}]""");

    [Fact]
    public void A_time_keeps_the_digits_that_its_number_has()
    {
        var decoder = Decoder();
        decoder.Decode("""[{"n":"a","v":1,"bt":1.6e9,"t":0.1234567}]""", Arrival);

        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1.6e9).Ticks + 1234567, decoder.TimeTicks);
    }

    [Fact]
    public void Each_pack_begins_with_no_base() => AssertRead(
        "@1700000000 b=2\n@1700000005 a=1", """[{"bt":5,"n":"a","v":1}] [{"n":"b","v":2}]""");

    [Theory]
    [InlineData("""{"values": {"a": 1}}""", "NoChannels")]
    [InlineData("[]", "NoChannels")]
    [InlineData("[1]", "BadSenMl")]
    [InlineData("[[]]", "BadSenMl")]
    [InlineData("""[{"n":"a","v":1}""", "BadSenMl")]
    [InlineData("""[{"n":"a","v":1},{"n":"b","v":1,"secret_":1}]""", "BadSenMl")]
    [InlineData("""[{"bver":11,"n":"a","v":1}]""", "BadSenMl")]
    [InlineData("""[{"v":1}]""", "NoChannelName")]
    [InlineData("""[{"n":"a","v":1,"t":"noon"}]""", "BadTime")]
    [InlineData("""[{"n":"a","v":1,"t":1e12}]""", "BadTime")]
    [InlineData("""[{"n":"a","v":1,"t":-1e11}]""", "BadTime")]
    [InlineData("""[{"n":"a","vs":"open"}]""", "OnlyTexts")]
    [InlineData("  ", "Empty")]
    public void What_is_no_usable_pack_has_its_reason(string payload, string failure) =>
        Assert.Equal(failure, Decoder().Decode(payload, Arrival).ToString());

    [Fact]
    public void A_record_without_the_name_that_the_device_needs_is_refused() =>
        Assert.Equal(DecodeFailure.NoDevice, Decoder(s => s.Device = "payload.bn").Decode("""[{"n":"a","v":1}]""", Arrival));

    [Fact]
    public void Names_may_be_made_of_both_names() => AssertRead(
        "plant/pump:7@1700000000 pump:7/inlet.p=1",
        """[{"bn":"pump:7/","n":"inlet.p","v":1}]""",
        s => (s.Device, s.Channel) = ("{topic[0]}/{payload.bn}", "{name[0]}.{name[1]}"));

    [Fact]
    public void More_channels_than_allowed_are_refused() => Assert.Equal(
        DecodeFailure.TooManyChannels, Decoder(s => s.ChannelLimit = 1).Decode("""[{"n":"a","v":1},{"n":"b","v":1}]""", Arrival));

    [Fact]
    public void A_template_cannot_ask_for_what_no_record_has() =>
        Assert.Throws<ArgumentException>(() => Decoder(s => s.Device = "payload.serial"));

    [Fact]
    public void Of_listed_channels_only_those_are_read_with_their_scale_their_path_and_words() => AssertRead(
        "@1700000000 t=23 door=1",
        """[{"bn":"urn:dev:1:","n":"0/temp","v":230},{"n":"hum","v":40},{"n":"note","vs":"hello"},{"vs":"ON","n":"door"}]""",
        s => s.Channels =
        [
            new ChannelOptions { Name = "t", Path = "0/temp", Scale = 0.1 }, new ChannelOptions { Name = "door", Path = "door" },
        ]);

    [Fact]
    public void Below_a_first_part_of_names_every_channel_is_read() => AssertRead(
        "@1700000000 3303/0=1", """[{"n":"3303/0","v":1},{"n":"3304/0","v":2}]""", s => s.ChannelsBelow = "3303");

    [Theory]
    [InlineData("""[{"n":"b","v":1}]""", "NotTelemetry")]
    [InlineData("""[{"n":"b","vs":"open"}]""", "NoChannels")]
    [InlineData("""[{"n":"a","vs":"open"}]""", "OnlyTexts")]
    public void A_pack_of_nothing_that_was_asked_for_is_no_failure(string pack, string outcome) => Assert.Equal(
        outcome, Decoder(s => s.Channels = [new ChannelOptions { Name = "a", Path = "a" }]).Decode(pack, Arrival).ToString());

    private static DecoderBench Decoder(Action<PayloadOptions>? change = null) => new(Some.Source(s =>
    {
        (s.Decode, s.Time, s.ChannelsBelow) = ("senml", null, null);
        change?.Invoke(s);
    }));

    /// <summary>In JSON, and the same in CBOR.</summary>
    private static void AssertRead(string rows, string json, Action<PayloadOptions>? change = null)
    {
        var decoder = Decoder(change);
        Assert.Equal((DecodeFailure.None, rows), (decoder.Decode(json, Arrival), decoder.Text));
        var cbor = decoder.Decode(Cbor(json), Arrival);
        Assert.Equal((DecodeFailure.None, rows), (cbor, decoder.Text));
    }

    private static byte[] Cbor(string json)
    {
        var numbered = Labels.Aggregate(json, (text, label) => text.Replace($"\"{label.Key}\":", $"\"{label.Value}\":"));
        return [.. numbered.Replace("] [", "]\n\n[").Split("\n\n").SelectMany(pack => Repacked.Cbor(pack))];
    }
}
