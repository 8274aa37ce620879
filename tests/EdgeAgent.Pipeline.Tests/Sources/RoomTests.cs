using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Sources;

/// <summary>
/// Where a source has as many devices or channels as it may, what is silent longest makes room for what comes again; what sends as it
/// used to never does.
/// </summary>
public sealed class RoomTests : IDisposable
{
    private readonly SourceCounters _counters = new();
    private readonly LogLines _log = new();
    private readonly Channels _lane = new();
    private RowIntake? _intake;
    private double _second;

    [Fact]
    public void Junk_that_came_and_went_makes_room_for_an_honest_device()
    {
        Intake(s => s.DeviceLimit = 100);
        for (var i = 0; i < 1000; i++) Take($"junk-{i}");
        Assert.Equal(100, _intake!.Devices.Count);
        _second += 30;

        Assert.Equal(IntakeOutcome.Refused, Take("honest"));
        Assert.Equal(IntakeOutcome.Taken, Take("honest"));
        Assert.Equal((100, 1L), (_intake.Devices.Count, _counters.DevicesLeft));
        Assert.NotEqual(0, _counters.CrowdedTicks);
    }

    [Fact]
    public void A_flood_of_junk_neither_pushes_out_devices_that_send_nor_keeps_out_one_that_begins()
    {
        Intake(s => s.DeviceLimit = 200);
        Assert.All(Enumerable.Range(0, 50), i => Assert.Equal(IntakeOutcome.Taken, Take($"old-{i}")));
        var (junk, takenAt, refusedAfterwards) = (0, -1, 0);
        for (var second = 1; second <= 60; second++)
        {
            // Four fifths of it come once, the rest again and again, though never from a name for long.
            for (var i = 0; i < 2000; i++) Take($"junk-{(i % 5 == 0 ? second / 4 * 1000 + i : junk++ + 1_000_000)}", 0);
            _second = second;
            for (var i = 0; i < 50; i++) Assert.Equal(IntakeOutcome.Taken, Take($"old-{i}", 0));
            if (second < 20) continue;
            var outcome = Take("new", 0);
            if (outcome == IntakeOutcome.Taken && takenAt < 0) takenAt = second;
            if (takenAt >= 0 && outcome != IntakeOutcome.Taken) refusedAfterwards++;
        }
        Assert.InRange(takenAt, 20, 40);
        Assert.Equal(0, refusedAfterwards);
        Assert.InRange(_intake!.Devices.Count, 1, 200);
    }

    [Fact]
    public void Devices_that_somebody_may_miss_are_named_and_junk_is_not()
    {
        Intake(s => s.DeviceLimit = 20);
        for (var i = 0; i < 120; i++)
        {
            Take("machine", 0);
            Take("mixer", 1);
        }
        for (var i = 0; i < 100; i++) Take($"once-{i}", 0);
        _second += 3600;
        for (var i = 0; i < 40; i++) Take($"other-{i / 2}", 0.1);

        Assert.Equal(["machine", "mixer"], _counters.Left.Named.Order());
    }

    [Fact]
    public void A_machine_that_was_there_for_days_and_is_off_at_night_outlasts_what_came_once()
    {
        Intake(s => s.DeviceLimit = 20);
        for (var i = 0; i < 3 * 1440; i++) Take("machine", 60);
        _second += 12 * 3600;
        for (var i = 0; i < 19; i++) Take($"once-{i}", 1);
        _second += 60;
        for (var i = 0; i < 10; i++)
        {
            Take($"new-{i}", 0);
            Assert.Equal(IntakeOutcome.Taken, Take($"new-{i}", 1));
        }
        Assert.Equal(0, _lane.Left.Count(d => d.Name == "machine"));
        Assert.Equal(10, _counters.DevicesLeft);
    }

    [Fact]
    public void A_device_that_is_known_by_name_always_has_its_place()
    {
        Intake(s => (s.DeviceLimit, s.KnownDevices) = (10, ["late", "rare"]));
        Assert.Equal(IntakeOutcome.Taken, Take("rare"));
        for (var i = 0; i < 100; i++) Take($"junk-{i % 20}");
        _second += 365 * 86_400.0;
        for (var i = 0; i < 100; i++) Take($"more-{i % 20}");

        Assert.Equal(9, _intake!.Devices.Count);
        Assert.Equal(IntakeOutcome.Taken, Take("late"));
        Assert.Equal(IntakeOutcome.Taken, Take("rare"));
        Assert.DoesNotContain(_lane.Left, d => d.Name == "rare");
        Assert.Equal(10, _intake.Devices.Count);
    }

    [Fact]
    public void Whoever_made_room_is_told_to_its_lane_and_is_a_new_device_when_it_comes_again()
    {
        Intake(s => s.DeviceLimit = 1);
        Take("a", 60);
        var first = _lane.Last!;
        Take("b");
        Take("b");
        Assert.Equal([first], _lane.Left);
        Assert.True(first.HasLeft);
        _second += 60;
        Take("a");
        Take("a");
        Assert.NotSame(first, _lane.Last);
        Assert.Equal("a", _lane.Last!.Name);
    }

    [Fact]
    public void A_channel_that_nobody_has_sent_for_long_makes_room_and_positions_mean_what_their_batch_says()
    {
        Intake(s => s.ChannelLimit = 4);
        for (var i = 0; i < 60; i++) Take("p", 1, """{"values":{"a":1,"b":2}}""");
        Take("junk", 0, """{"values":{"x":9,"y":9}}""");
        Assert.Equal(IntakeOutcome.Refused, Take("q", 0, """{"values":{"c":3}}"""));
        Assert.Equal(DecodeFailure.TooManyChannels, _intake!.LastFailure);
        for (var i = 0; i < 60; i++) Take("p", 1, """{"values":{"a":1,"b":2}}""");
        _lane.Readings.Clear();

        // Not handed over in between.
        Offer("p", """{"values":{"a":1,"b":2}}""");
        Assert.Equal(IntakeOutcome.Taken, Offer("q", """{"values":{"c":3}}"""));
        Assert.Equal(IntakeOutcome.Refused, Offer("q", """{"values":{"c":3,"d":4}}"""));
        Assert.Equal(IntakeOutcome.Taken, Offer("q", """{"values":{"c":3,"d":4}}"""));
        Offer("p", """{"values":{"a":1,"b":2}}""");
        _intake.HandOver();
        Assert.Equal(["p a=1 b=2", "q c=3", "q c=3 d=4", "p a=1 b=2"], _lane.Readings);
        Assert.Equal(2, _counters.ChannelsLeft);
    }

    [Fact]
    public void A_refused_message_gives_back_the_places_that_it_took()
    {
        Intake(s => s.ChannelLimit = 3);
        Take("p", 60, """{"values":{"a":1,"b":2,"c":3}}""");
        foreach (var _ in "twice") Take("q", 0, """{"values":{"x":1,"y":2,"z":3,"w":4}}""");
        Assert.Equal(0, _counters.ChannelsLeft);
        _lane.Readings.Clear();
        Assert.Equal(IntakeOutcome.Taken, Take("p", 0, """{"values":{"a":1,"b":2,"c":3}}"""));
        Assert.Equal(["p a=1 b=2 c=3"], _lane.Readings);
    }

    [Theory]
    [InlineData(-56)]
    [InlineData(10)]
    public void A_clock_that_is_set_changes_nothing_about_who_makes_room(int years)
    {
        Intake(s => s.DeviceLimit = 2);
        IntakeOutcome TakeAt(string device, double second, bool isWrong) => _intake!.Take(new IncomingMessage
        {
            Topic = Some.Utf8($"plant/{device}/t"), Payload = """{"values":{"a":1}}"""u8,
            SteadyTicks = (long)(1 + second * TimeSpan.TicksPerSecond),
            ArrivalTicks = Some.Start.AddYears(isWrong ? years : 0).AddSeconds(second).UtcTicks,
        }, null, 0, out _);
        // At the start, or for a moment, the clock is wrong.
        for (var i = 0; i < 30; i++)
            foreach (var device in new[] { "a", "b" }) TakeAt(device, i, isWrong: years < 0 ? i < 15 : i > 27);

        Assert.Equal(IntakeOutcome.Refused, TakeAt("new", 90, false));
        Assert.Equal(IntakeOutcome.Taken, TakeAt("new", 91, false));
    }

    public void Dispose() => _intake?.Dispose();

    private IntakeOutcome Take(string device, double seconds = 0.001, string payload = """{"values":{"a":1}}""")
    {
        var outcome = Offer(device, payload);
        _intake!.HandOver();
        _second += seconds;
        return outcome;
    }

    private IntakeOutcome Offer(string device, string payload) => _intake!.Take(
        Some.Utf8($"plant/{device}/t"), Some.Utf8(payload), Some.Start.UtcTicks + (long)(_second * TimeSpan.TicksPerSecond), null, 0, false,
        out _);

    private void Intake(Action<SourceOptions> change)
    {
        var options = Some.Source(s => s.Time = null);
        change(options);
        _intake = new RowIntake(options, [_lane], new DeadLetter(null, _log, TimeProvider.System), _counters);
    }

    /// <summary>Writes down readings by the names of their channels, and devices that left.</summary>
    private sealed class Channels : IRowReceiver
    {
        public List<string> Readings { get; } = [];
        public List<Device> Left { get; } = [];
        public Device? Last { get; private set; }

        public void Put(RowBatch batch)
        {
            Left.AddRange(batch.Leaving);
            foreach (var message in batch.Messages)
            {
                Last = message.Device;
                if (Readings.Count < 1000)
                    foreach (var row in batch.Rows(message)) Readings.Add($"{Last.Name} {Written(batch.Channels, batch.Values(row))}");
            }
            batch.Return();
        }

        private static string Written(ChannelNames channels, ReadOnlySpan<float> values)
        {
            var text = new List<string>();
            for (var i = 0; i < values.Length; i++)
                if (!float.IsNaN(values[i])) text.Add($"{channels.Names[i]}={values[i]}");
            return string.Join(' ', text);
        }
    }
}
