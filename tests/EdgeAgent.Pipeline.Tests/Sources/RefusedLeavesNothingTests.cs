using System.Globalization;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Sources;

/// <summary>
/// Devices and channels come to be with their first usable message; a refused one leaves nothing behind, whatever its format.
/// </summary>
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
