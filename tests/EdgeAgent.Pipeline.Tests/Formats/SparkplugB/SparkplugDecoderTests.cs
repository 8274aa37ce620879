using System.IO.Compression;
using EdgeAgent.Pipeline.Formats;
using Xunit.Abstractions;
using static EdgeAgent.Pipeline.Tests.Formats.SparkplugB.SparkplugWriter;

namespace EdgeAgent.Pipeline.Tests.Formats.SparkplugB;

public class SparkplugDecoderTests(ITestOutputHelper output)
{
    private const string NodeBirth = "spBv1.0/plant/NBIRTH/edge1", NodeData = "spBv1.0/plant/NDATA/edge1";
    private const string DeviceBirth = "spBv1.0/plant/DBIRTH/edge1/p7", DeviceData = "spBv1.0/plant/DDATA/edge1/p7";
    private const ulong T = 1_700_000_000_000;

    private readonly DecoderBench _decoder = FormatBench.Of("sparkplug-b");

    [Fact]
    public void Data_by_alias_is_of_the_metric_that_the_birth_named()
    {
        var birth = Payload(T, 0, Metric("Motor/Speed", 5, 3, T).Int(100), Metric("Temp", 6, 9).Float(1.5f));
        Assert.Equal("plant/edge1/p7@1700000000 Motor/Speed=100 Temp=1.5", _decoder.TextOf(DeviceBirth, birth));

        var data = Payload(T + 1000, 1, Metric(null, 6).Float(2.5f), Metric(null, 5).Int(-7));
        Assert.Equal("plant/edge1/p7@1700000001 Motor/Speed=-7 Temp=2.5", _decoder.TextOf(DeviceData, data));
        Assert.True(_decoder.NamesDevices);
    }

    [Fact]
    public void Data_by_name_has_the_type_that_a_birth_with_aliases_said()
    {
        _decoder.Decode(DeviceBirth, Payload(T, 0, Metric("temp", 1, 3, T).Int(5)));

        Assert.Equal("plant/edge1/p7@1700000001 temp=-14", _decoder.TextOf(DeviceData, Payload(T + 1000, 1, Metric("temp").Int(-14))));
    }

    [Fact]
    public void Metrics_that_are_null_of_bad_quality_or_no_number_are_no_usable_value()
    {
        _decoder.Decode(NodeBirth, Payload(T, 0, Metric("a", 1, 9).Float(1)));

        Assert.Equal(DecodeFailure.NoUsableValue, _decoder.Decode(NodeData, Payload(T, 1, Metric(null, 1, isNull: true).Bytes)));
        Assert.Equal(DecodeFailure.NoUsableValue, _decoder.Decode(NodeData, Payload(T, 2, Metric(null, 1).Float(float.NaN))));
    }

    [Fact]
    public void A_metric_that_no_birth_named_is_counted_beside_one_that_can_be_used()
    {
        _decoder.Decode(NodeBirth, Payload(T, 0, Metric("a", 1, 9).Float(1)));

        Assert.Equal("plant/edge1@1700000000 a=2",
            _decoder.TextOf(NodeData, Payload(T, 1, Metric(null, 1).Float(2), Metric(null, 7).Float(3))));

        Assert.Equal(1, _decoder.Notes.Sparkplug.UnknownMetrics);
    }

    [Fact]
    public void Aliases_of_other_nodes_and_devices_do_not_mix()
    {
        foreach (var (type, owner, name) in new[]
        {
            ("N", "edge1", "a"), ("N", "edge2", "b"), ("D", "edge1/p7", "c"), ("D", "edge2/p7", "d"),
        })
            _decoder.Decode($"spBv1.0/plant/{type}BIRTH/{owner}", Payload(T, 0, Metric(name, 1, 9).Float(0)));
        var data = Payload(T, 1, Metric(null, 1).Float(1));

        Assert.Equal("plant/edge1@1700000000 a=1", _decoder.TextOf(NodeData, data));
        Assert.Equal("plant/edge2@1700000000 b=1", _decoder.TextOf("spBv1.0/plant/NDATA/edge2", data));
        Assert.Equal("plant/edge1/p7@1700000000 c=1", _decoder.TextOf(DeviceData, data));
        Assert.Equal("plant/edge2/p7@1700000000 d=1", _decoder.TextOf("spBv1.0/plant/DDATA/edge2/p7", data));
        Assert.Equal("UnknownAlias", _decoder.TextOf("spBv1.0/other/NDATA/edge1", data));
    }

    public static TheoryData<uint, byte[], double> Values => new()
    {
        { 1, Metric("a", type: 1).Int(-5), -5 }, { 1, Metric("a", type: 1).Int(0xfb), -5 }, { 2, Metric("a", type: 2).Int(-300), -300 },
        { 3, Metric("a", type: 3).Int(int.MinValue), int.MinValue }, { 3, Metric("a", type: 3).Long(-9), -9 },
        { 4, Metric("a", type: 4).Long(-1L << 40), -1L << 40 }, { 5, Metric("a", type: 5).Int(255), 255 },
        { 6, Metric("a", type: 6).Int(65535), 65535 }, { 7, Metric("a", type: 7).Int(4_000_000_000), 4_000_000_000 },
        { 7, Metric("a", type: 7).Long(4_000_000_000), 4_000_000_000 }, { 8, Metric("a", type: 8).Long(-1), ulong.MaxValue },
        { 9, Metric("a", type: 9).Float(-2.5f), -2.5 }, { 10, Metric("a", type: 10).Double(1e30), 1e30 },
        { 11, Metric("a", type: 11).Boolean(true), 1 }, { 12, Metric("a", type: 12).String("23.5"), 23.5 },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Numbers_of_every_type_keep_their_sign(uint type, byte[] metric, double expected)
    {
        Assert.Equal(DecodeFailure.None, _decoder.Decode(NodeData, Payload(T, 0, metric)));
        Assert.True((float)expected == _decoder.Values[0], $"type {type}: {_decoder.Values[0]}");
    }

    [Fact]
    public void What_is_no_number_good_and_there_is_missing()
    {
        var bad = new SparkplugWriter().Text(1, "x").Text(1, "Quality")
            .Message(2, new SparkplugWriter().Number(1, 3).Number(3, 1).Bytes)
            .Message(2, new SparkplugWriter().Number(1, 3).Number(3, 500).Bytes);
        var good = new SparkplugWriter().Text(1, "Quality").Message(2, new SparkplugWriter().Number(1, 3).Number(3, 192).Bytes);
        var payload = Payload(
            T, 0, Metric("null", type: 9, isNull: true).Bytes, Metric("nan", type: 9).Float(float.NaN),
            Metric("text", type: 12).String("running"),
            Metric("when", type: 13).Long((long)T), Metric("bytes", type: 17).Message(16, [1, 2]).Bytes, Metric("bdSeq", type: 4).Long(3),
            Metric("Node Control/Rebirth", type: 11).Boolean(false), Metric("bad", type: 9).Message(9, bad.Bytes).Float(1),
            Metric("good", type: 9).Message(9, good.Bytes).Float(2));

        Assert.Equal("plant/edge1@1700000000 good=2", _decoder.TextOf(NodeBirth, payload));
        Assert.Equal(["good"], _decoder.Channels.Current.Names);
    }

    [Fact]
    public void A_metrics_own_time_counts_and_what_is_historical_says_so()
    {
        var payload = Payload(
            T, 0, Metric("a", type: 9).Float(1), Metric("a", type: 9, timestamp: T - 2000, isHistorical: true).Float(2),
            Metric("b", type: 9, timestamp: T - 2000, isHistorical: true).Float(3), Metric("b", type: 9, timestamp: T).Float(4));

        Assert.Equal(
            "plant/edge1@1699999998 a=2 b=3 history\nplant/edge1@1700000000 a=1\nplant/edge1@1700000000 b=4",
            _decoder.TextOf(NodeData, payload));
        Assert.Equal("plant/edge1@100 a=1", _decoder.TextOf(NodeData, Payload(0, 1, Metric("a", type: 9).Float(1))));
    }

    [Fact]
    public void Deaths_and_births_end_what_earlier_births_said()
    {
        byte[] Birth(int number) => Payload(T, 0, Metric("bdSeq", type: 4).Long(number), Metric("n", 1, 9).Float(0));
        byte[] Death(int number) => Payload(T, -1, Metric("bdSeq", type: 4).Long(number));
        var data = Payload(T, 1, Metric(null, 1).Float(1));
        _decoder.Decode(NodeBirth, Birth(4));
        _decoder.Decode(DeviceBirth, Payload(T, 1, Metric("d", 1, 9).Float(0)));

        Assert.Equal(DecodeFailure.NotTelemetry, _decoder.Decode("spBv1.0/plant/DDEATH/edge1/p7", Payload(T, 2)));
        Assert.Equal(DecodeFailure.UnknownAlias, _decoder.Decode(DeviceData, data));
        Assert.Equal(DecodeFailure.None, _decoder.Decode(NodeData, data));
        Assert.Equal(DecodeFailure.NotTelemetry, _decoder.Decode("spBv1.0/plant/NDEATH/edge1", Death(3)));
        Assert.Equal(DecodeFailure.None, _decoder.Decode(NodeData, data));
        Assert.Equal(DecodeFailure.NotTelemetry, _decoder.Decode("spBv1.0/plant/NDEATH/edge1", Death(4)));
        Assert.Equal(DecodeFailure.UnknownAlias, _decoder.Decode(NodeData, data));
        _decoder.Decode(DeviceBirth, Payload(T, 1, Metric("d", 1, 9).Float(0)));
        _decoder.Decode(NodeBirth, Birth(5));
        Assert.Equal(DecodeFailure.UnknownAlias, _decoder.Decode(DeviceData, data));
    }

    [Fact]
    public void The_sign_of_data_by_name_without_a_type_is_known_from_the_birth_alone()
    {
        var data = Payload(T, 1, Metric("a").Int(-5));

        Assert.Equal(DecodeFailure.UnknownAlias, _decoder.Decode(NodeData, data));
        _decoder.Decode(NodeBirth, Payload(T, 0, Metric("a", type: 3).Int(0)));
        Assert.Equal("plant/edge1@1700000000 a=-5", _decoder.TextOf(NodeData, data));
        Assert.Equal("plant/edge1@1700000000 a=5", FormatBench.Of("sparkplug-b").TextOf(NodeData, Payload(T, 1, Metric("a").Int(5))));
    }

    [Fact]
    public void Members_of_templates_are_named_behind_it()
    {
        var member = Metric("Speed", type: 3).Int(-3);
        var inner = Metric("Pump", type: 19).Message(18, new SparkplugWriter().Message(2, member).Bytes).Bytes;
        var definition = Metric("Kind", type: 19).Message(18, new SparkplugWriter().Message(2, member).Number(5, 1).Bytes).Bytes;
        var birth = Payload(T, 0, definition, Metric("Line", 9, 19).Message(18, new SparkplugWriter().Message(2, inner).Bytes).Bytes);

        Assert.Equal("plant/edge1@1700000000 Line/Pump/Speed=-3", _decoder.TextOf(NodeBirth, birth));
        var changed = Metric("Pump").Message(18, new SparkplugWriter().Message(2, Metric("Speed").Int(-4)).Bytes).Bytes;
        var data = Metric(null, 9).Message(18, new SparkplugWriter().Message(2, changed).Bytes).Bytes;
        Assert.Equal("plant/edge1@1700000000 Line/Pump/Speed=-4", _decoder.TextOf(NodeData, Payload(T, 1, data)));
    }

    [Fact]
    public void Columns_of_a_table_are_channels_and_its_rows_readings()
    {
        byte[] Cell(int field, ulong value) => new SparkplugWriter().Number(field, value).Bytes;
        byte[] Row(ulong time, int a, string text) => new SparkplugWriter().Message(1, Cell(2, time)).Message(1, Cell(1, (uint)a))
            .Message(1, new SparkplugWriter().Text(6, text).Bytes).Bytes;
        byte[] Table(uint firstType) => new SparkplugWriter().Number(1, 3).Text(2, "t").Text(2, "a").Text(2, "s")
            .Number(3, firstType).Message(3, [3, 12]).Message(4, Row(T, -1, "x")).Message(4, Row(T + 1000, 2, "5")).Bytes;

        Assert.Equal(
            "plant/edge1@1700000000 set/a=-1\nplant/edge1@1700000001 set/a=2 set/s=5",
            _decoder.TextOf(NodeBirth, Payload(5, 0, Metric("set", 3, 16).Message(17, Table(13)).Bytes)));
        Assert.Equal(DecodeFailure.None, _decoder.Decode(NodeData, Payload(5, 1, Metric(null, 3).Message(17, Table(13)).Bytes)));
        Assert.Equal(DecodeFailure.NotTelemetry, _decoder.Decode(NodeData, Payload(5, 1, Metric(null, 3).Message(17, Table(8)).Bytes)));
    }

    [Theory]
    [InlineData("spBv1.0/STATE/host", DecodeFailure.NotTelemetry)]
    [InlineData("STATE/host", DecodeFailure.NotTelemetry)]
    [InlineData("spBv1.0/plant/NCMD/edge1", DecodeFailure.NotTelemetry)]
    [InlineData("spBv1.0/plant/DCMD/edge1/p7", DecodeFailure.NotTelemetry)]
    [InlineData("spBv1.0/plant/NDATA", DecodeFailure.NoSparkplugTopic)]
    [InlineData("spBv1.0/plant/DDATA/edge1", DecodeFailure.NoSparkplugTopic)]
    [InlineData("spBv1.0/plant/NDATA/edge1/p7", DecodeFailure.NoSparkplugTopic)]
    [InlineData("spBv1.0/plant/NDATA/edge1/p7/x", DecodeFailure.NoSparkplugTopic)]
    [InlineData("plant/p7/telemetry", DecodeFailure.NoSparkplugTopic)]
    internal void Topics_tell_what_a_message_is(string topic, DecodeFailure expected) =>
        Assert.Equal(expected, _decoder.Decode(topic, """{"online": true}"""));

    [Fact]
    public void Devices_may_be_named_otherwise_and_metrics_of_nodes_are_left_out_then()
    {
        var decoder = FormatBench.Of("sparkplug-b", s => s.Device = "topic[4]");
        var birth = Payload(T, 0, Metric("a", 1, 9).Float(1));

        Assert.Equal("p7@1700000000 a=1", decoder.TextOf(DeviceBirth, birth));
        Assert.Equal(DecodeFailure.NotTelemetry, decoder.Decode(NodeBirth, birth));
    }

    [Fact]
    public void Only_listed_metrics_are_taken()
    {
        var decoder = FormatBench.Of(
            "sparkplug-b", s => (s.ChannelsBelow, s.Channels) = (null, [new() { Name = "v", Path = "Motor/Speed" }]));
        var birth = Payload(T, 0, Metric("Motor/Speed", 1, 9).Float(1), Metric("Motor/Current", 2, 9).Float(2));

        Assert.Equal("plant/edge1@1700000000 v=1", decoder.TextOf(NodeBirth, birth));
        var data = Payload(T, 1, Metric(null, 1).Float(3), Metric(null, 2).Float(4));
        Assert.Equal("plant/edge1@1700000000 v=3", decoder.TextOf(NodeData, data));
        Assert.Equal("NotTelemetry", decoder.TextOf(NodeData, Payload(T, 1, Metric(null, 2).Float(4))));
        Assert.Equal(["v"], decoder.Channels.Current.Names);
    }

    [Fact]
    public void A_channel_that_a_refused_message_brought_is_found_anew()
    {
        _decoder.Decode(NodeBirth, Payload(T, 0, Metric("a", 1, 9, isNull: true).Bytes, Metric("b", 2, 9, isNull: true).Bytes));
        byte[] broken = [.. Payload(T, 1, Metric(null, 2).Float(1)), 0x12, 1, 0xff];

        Assert.Equal(DecodeFailure.BadSparkplug, _decoder.Decode(NodeData, broken));
        var data = Payload(T, 1, Metric(null, 1).Float(1), Metric(null, 2).Float(2));
        Assert.Equal("plant/edge1@1700000000 a=1 b=2", _decoder.TextOf(NodeData, data));
    }

    [Fact]
    public void Random_readings_are_what_was_written()
    {
        var random = new Random(3);
        var names = Enumerable.Range(0, 40).Select(i => $"group{i % 5}/metric {i}").ToArray();
        var births = names.Select((n, i) => Metric(n, (ulong)i * 1000, i % 2 == 0 ? 9u : 3).Int(0));
        _decoder.Decode(DeviceBirth, Payload(T, 0, [.. births]));
        for (var round = 1; round < 1_000; round++)
        {
            int[] picked = [.. Enumerable.Range(0, names.Length).Where(_ => random.Next(4) == 0).Append(0).Distinct()];
            random.Shuffle(picked);
            var values = picked.Select(i => i % 2 == 0 ? random.NextSingle() * 100 : random.Next(-1_000_000, 1_000_000)).ToList();
            var metrics = picked.Zip(values, (m, value) => m % 2 == 0
                ? Metric(null, (ulong)m * 1000).Float(value) : Metric(null, (ulong)m * 1000).Int((int)value));

            Assert.Equal(DecodeFailure.None, _decoder.Decode(DeviceData, Payload(T + (ulong)round, round & 0xff, [.. metrics])));
            var read = _decoder.Values.ToArray();
            for (var i = 0; i < picked.Length; i++)
                Assert.Equal(values[i], read[_decoder.Channels.Current.IndexOf(names[picked[i]])]);
            Assert.Equal(picked.Length, read.Count(v => !float.IsNaN(v)));
        }
    }

    [Fact]
    public void Damage_throws_nothing_and_a_cut_payload_is_refused_but_between_metrics()
    {
        var birth = Payload(T, 0, Metric("a", 1, 9).Float(1), Metric("b/c", 2, 3).Int(-1), Metric("s", 3, 12).String("7"));
        var decoder = FormatBench.Of("sparkplug-b");

        decoder.Fuzz(Seed.Take(output), NodeBirth, birth);

        Assert.All(decoder.Truncate(NodeBirth, birth), f => Assert.True(
            f is DecodeFailure.None or DecodeFailure.BadSparkplug or DecodeFailure.NotTelemetry, f.ToString()));
        Assert.Contains(DecodeFailure.BadSparkplug, decoder.Truncate(NodeBirth, birth));
    }

    [Fact]
    public void A_payload_may_be_compressed_as_a_whole()
    {
        using var compressed = new MemoryStream();
        using (var stream = new ZLibStream(compressed, CompressionLevel.Optimal))
            stream.Write(Payload(T, 0, Metric("a", 1, 9).Float(1)));
        byte[] Envelope(byte[] body) => new SparkplugWriter().Message(2, Metric("algorithm", type: 12).String("DEFLATE"))
            .Text(4, "SPBV1.0_COMPRESSED").Message(5, body).Bytes;

        Assert.Equal("plant/edge1@1700000000 a=1", _decoder.TextOf(NodeBirth, Envelope(compressed.ToArray())));
        Assert.Equal(DecodeFailure.BadCompression, _decoder.Decode(NodeBirth, Envelope([1, 2, 3, 4])));
        Assert.Equal(DecodeFailure.BadCompression, _decoder.Decode(NodeBirth, Envelope(compressed.ToArray()[..^1])));
    }

    [Fact]
    public void Nesting_ends_somewhere()
    {
        var metric = Metric("x", type: 9).Float(1);
        for (var i = 0; i < 1000; i++) metric = Metric("x", type: 19).Message(18, new SparkplugWriter().Message(2, metric).Bytes).Bytes;

        Assert.Equal(DecodeFailure.BadSparkplug, _decoder.Decode(NodeBirth, Payload(T, 0, metric)));
    }

    [Fact]
    public void It_allocates_nothing()
    {
        _decoder.Decode(DeviceBirth, Payload(T, 0, Metric("a", 1, 9).Float(1), Metric("b/c", 2, 3).Int(-1), Metric("d", type: 3).Int(1)));
        _decoder.AssertAllocatesNothing(
            DeviceData, Payload(T, 1, Metric(null, 1).Float(1), Metric(null, 2, timestamp: T + 5).Int(-1), Metric("d").Int(-2)));
        FormatBench.Of("sparkplug-b").AssertAllocatesNothing(
            DeviceBirth, Payload(T, 0, Metric("a", 1, 9).Float(1), Metric("d", type: 3).Int(1)));
    }
}
