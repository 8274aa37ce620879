using System.Globalization;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Tests.State;

namespace EdgeAgent.Pipeline.Tests.Sources;

/// <summary>
/// Devices and channels come to be with their first usable message; a refused one leaves nothing behind, whatever its format.
/// </summary>
[Collection(Weighing.Name)]
public sealed class RefusedLeavesNothingTests : IDisposable
{
    private readonly SourceCounters _counters = new();
    private readonly LogLines _log = new();
    private readonly RowRecorder _lane = new();
    private RowIntake? _intake;

    [Theory]
    [InlineData("json")]
    [InlineData("influx")]
    [InlineData("senml")]
    public void A_message_of_more_names_than_there_may_be_takes_no_place_from_others(string format)
    {
        Intake(s => s.Decode = format);
        for (var i = 0; i < 20; i++)
            Assert.Equal(IntakeOutcome.Refused, Take($"junk-{i}", Message(format, Enumerable.Range(0, 300).Select(n => $"n{i}_{n}"))));
        Assert.Equal(DecodeFailure.TooManyChannels, _intake!.LastFailure);
        Assert.Equal(0, _intake.Devices.Count);
        for (var i = 0; i < 16; i++)
            Assert.Equal(IntakeOutcome.Taken, Take($"honest-{i}", Message(format, Enumerable.Range(0, 16).Select(n => $"h{i}_{n}"))));
        Assert.Equal(16, _intake.Devices.Count);
    }

    [Fact]
    public void Junk_on_ten_thousand_topics_makes_no_device()
    {
        Intake(s => s.DeviceLimit = 10);
        for (var i = 0; i < 10_000; i++)
        {
            Assert.NotEqual(IntakeOutcome.Taken, Take($"junk-{i}", (i % 4) switch
            {
                0 => "junk",
                1 => """{"values":{"a":null}}""",
                2 => """{"values":{"a":"text"}}""",
                _ => "",
            }));
        }
        Assert.Equal(0, _intake!.Devices.Count);
        Assert.Equal(IntakeOutcome.Taken, Take("honest", """{"values":{"a":1}}"""));
        Assert.Equal(1, _intake.Devices.Count);
    }

    [Fact]
    public void A_device_that_begins_to_send_texts_is_named_until_it_sends_a_number_again()
    {
        const string Number = """{"values":{"a":1}}""";
        Intake(_ => { });
        Take("honest", Number);
        Take("broken", Number);
        for (var i = 0; i < 30; i++)
        {
            Assert.Empty(_intake!.Watch.Devices.Named);
            Assert.Equal(IntakeOutcome.Refused, Take("broken", """{"values":{"a":"error"}}"""));
            Take("honest", Number);
        }
        var named = Assert.Single(_intake!.Watch.Devices.Named);
        Assert.Contains("broken", named.Device);
        Assert.Equal((1, DecodeFailure.OnlyTexts), (_intake.Watch.Devices.Count, named.Reason));
        Take("broken", Number);
        Assert.Equal(0, _intake.Watch.Devices.Count);
    }

    [Fact]
    public void A_message_of_several_devices_of_which_one_has_no_room_brings_none()
    {
        Intake(s => (s.DeviceLimit, s.Device, s.Rows) = (2, "row.id", "rows[*]"));
        Assert.Equal(IntakeOutcome.Refused, Take("gw",
            """{"rows":[{"id":"a","values":{"x":1}},{"id":"b","values":{"y":1}},{"id":"c","values":{"z":1}}]}"""));
        Assert.Equal((DecodeFailure.TooManyDevices, 0), (_intake!.LastFailure, _intake.Devices.Count));
        Assert.Equal(IntakeOutcome.Taken, Take("gw", """{"rows":[{"id":"a","values":{"x":1}},{"id":"b","values":{"y":1}}]}"""));
        Assert.Equal(2, _intake.Devices.Count);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("influx")]
    [InlineData("senml")]
    public void A_name_longer_than_256_bytes_is_refused_and_costs_nothing(string format)
    {
        Intake(s => s.Decode = format);
        var longest = new string('ä', 128);
        Assert.Equal(IntakeOutcome.Taken, Take("honest", Message(format, ["a", longest])));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 200; i++)
        {
            var name = i.ToString("D3", CultureInfo.InvariantCulture) + new string('x', 250_000);
            Assert.Equal(IntakeOutcome.Refused, Take("honest", Message(format, ["a", name])));
            Assert.Equal(DecodeFailure.NameTooLong, _intake!.LastFailure);
        }
        Assert.Equal(IntakeOutcome.Refused, Take("honest", Message(format, [longest + "x"])));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4 << 20);
        Assert.DoesNotContain(_log.Lines, l => l.Length > 2000);
        Assert.Equal(IntakeOutcome.Taken, Take("honest", Message(format, ["a"])));
    }

    [Fact]
    public void A_name_that_is_no_UTF8_is_refused_and_leaves_nothing_behind()
    {
        Intake(s => s.Device = "payload.id");
        byte[] Payload(string id, string channel, byte at) =>
            Some.Utf8($$$"""{"id":"{{{id}}}","values":{"{{{channel}}}":1}}""").Select(b => b == '?' ? at : b).ToArray();
        foreach (var (id, channel) in new[] { ("p?", "a"), ("p", "a?") })
        {
            foreach (var at in new byte[] { 0xb0, 0xb1, 0xff })
            {
                Assert.Equal(IntakeOutcome.Refused, _intake!.Take("plant/x/t"u8, Payload(id, channel, at), 0, null, 0, false, out _));
                Assert.Equal(DecodeFailure.NameNotUnicode, _intake!.LastFailure);
            }
        }
        Assert.Equal(0, _intake!.Devices.Count);
        Assert.Equal(IntakeOutcome.Taken, _intake!.Take("plant/x/t"u8, Payload("p°", "a°", 0), 0, null, 0, false, out _));
    }

    [Fact]
    public void Refused_devices_cost_no_memory()
    {
        Intake(s => s.DeviceLimit = 1);
        Take("honest", """{"values":{"a":1}}""");
        for (var i = 0; i < 10; i++) Take($"junk-{i}", """{"values":{"a":1}}""");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 60_000; i++) Assert.Equal(IntakeOutcome.Refused, Take($"{i}-{Long}", """{"values":{"a":1}}"""));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 << 20);
    }

    private static readonly string Long = new('x', 60);

    public void Dispose() => _intake?.Dispose();

    private static string Message(string format, IEnumerable<string> names) => format switch
    {
        "json" => "{\"values\":{" + string.Join(',', names.Select(n => $"\"{n}\":1")) + "}}",
        "influx" => $"m {string.Join(',', names.Select(n => $"{n}=1"))}",
        _ => $"[{string.Join(',', names.Select(n => $$"""{"n":"{{n}}","v":1}"""))}]",
    };

    private IntakeOutcome Take(string device, string payload)
    {
        var outcome = _intake!.Take(Some.Utf8($"plant/{device}/t"), Some.Utf8(payload), Some.Start.UtcTicks, null, 0, false, out _);
        _intake!.HandOver();
        return outcome;
    }

    private void Intake(Action<SourceOptions> change)
    {
        var options = Some.Source(s => s.Time = null);
        change(options);
        if (options.Decode != "json" && options.Decode != "auto") options.ChannelsBelow = "";
        _intake = new RowIntake(options, [_lane], new DeadLetter(null, _log, TimeProvider.System), _counters);
    }
}
