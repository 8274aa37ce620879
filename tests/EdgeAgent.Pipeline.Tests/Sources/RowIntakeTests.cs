using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Times;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Sources;

public class RowIntakeTests(ITestOutputHelper output)
{
    private readonly SourceCounters _counters = new();
    private readonly LogLines _log = new();
    private readonly Acknowledgements _acknowledgements = new();
    private RowRecorder[] _lanes = [];

    [Fact]
    public void A_message_is_its_device_s_with_its_readings_its_token_and_its_time_of_arrival()
    {
        var intake = Intake(lanes: 1, new TextDecoder());

        Assert.Equal(IntakeOutcome.Taken,
            intake.Take("plant/pump-7/x"u8, "abc"u8, 7 * TimeSpan.TicksPerSecond, _acknowledgements, 5, true, out var parts));
        Assert.Empty(_lanes[0].Messages);
        Assert.Equal((1, 1, 0), (parts, _counters.Held, _counters.HandedOver));
        intake.HandOver();

        var rows = Assert.Single(_lanes[0].Messages);
        Assert.Equal(("pump-7", "pumps", "abc", true, 5),
            (rows.Message.Device.Name, rows.Message.Device.Source, rows.Text, rows.Message.MayRepeat, rows.Message.Token));
        Assert.Equal([7], rows.Seconds);
        Assert.Equal([5], _acknowledgements.Finished);
        Assert.Equal((1, 0, 1, 0), (_counters.Received, _counters.Held, _counters.HandedOver, _counters.DeadLettered));
        Assert.Equal(1, intake.Devices.Count);
    }

    [Fact]
    public void A_message_of_several_devices_goes_to_the_lane_of_each_and_is_finished_when_all_parts_are()
    {
        var intake = Intake(lanes: 4, new TextDecoder(namesDevices: true));
        var names = Enumerable.Range(0, 12).Select(i => $"pump-{i}").ToArray();

        var outcome = intake.Take(
            "t"u8, Some.Utf8(string.Join('\n', names.Select(n => $"{n} 123"))), 0, _acknowledgements, 9, false, out var parts);
        intake.HandOver();

        Assert.Equal((IntakeOutcome.Taken, 12), (outcome, parts));
        Assert.True(_lanes.Count(l => l.Messages.Length > 0) > 1, "one lane has all of them");
        for (var lane = 0; lane < 4; lane++)
        {
            Assert.All(_lanes[lane].Messages, m => Assert.Equal((lane, 9), (m.Message.Device.Lane, m.Message.Token)));
            Assert.Equal(names.Where(n => Device.LaneOf(n, 4) == lane), _lanes[lane].Messages.Select(m => m.Message.Device.Name));
            Assert.All(_lanes[lane].Messages, m => Assert.Equal([1, 2, 3], m.Seconds));
        }
        // Each part finishes once, so who counts to parts finishes the message.
        Assert.Equal(Enumerable.Repeat(9, parts), _acknowledgements.Finished);
        Assert.Equal((12, 12, 0), (_counters.Received, _counters.HandedOver, _counters.Held));
    }

    [Fact]
    public void What_comes_on_topics_that_the_source_leaves_out_is_counted_and_not_read()
    {
        var intake = new RowIntake(Some.Source(s => s.Except = ["plant/+/state", "plant/bridge/#"]), [], new DeadLetter(null, _log, Some.Clock()),
            _counters);
        foreach (var topic in new[] { "plant/p1/state", "plant/bridge/info" })
            Assert.Equal(IntakeOutcome.LeftOut, intake.Take(
                new IncomingMessage { Topic = Some.Utf8(topic), Payload = "junk"u8, ArrivalTicks = Some.Start.UtcTicks }, null, 0, out _));
        Assert.Equal(DecodeFailure.Excepted, intake.LastFailure);
        Assert.Equal(IntakeOutcome.Refused, intake.Take(
            new IncomingMessage { Topic = "plant/p1/telemetry"u8, Payload = "junk"u8, ArrivalTicks = Some.Start.UtcTicks }, null, 0, out _));
        Assert.Equal((3, 2, 1), (_counters.Received, _counters.FilteredExcepted, _counters.DeadLettered));
    }

    [Fact]
    public void A_reading_that_gets_the_time_of_its_arrival_is_counted()
    {
        var source = Some.Source(s =>
        {
            s.Time = "ts";
            s.Times.Without = WithoutTime.Arrival;
        });
        var lane = new RowRecorder();
        var intake = new RowIntake(source, [lane], new DeadLetter(null, _log, Some.Clock()), _counters);
        foreach (var payload in new[] { """{"ts":null,"values":{"a":1}}""", """{"values":{"a":1}}""", """{"ts":"2026-01-01T00:00:00Z","values":{"a":1}}""" })
            Assert.Equal(IntakeOutcome.Taken, intake.Take(new IncomingMessage
            {
                Topic = "plant/p1/telemetry"u8, Payload = Some.Utf8(payload), ArrivalTicks = Some.Start.UtcTicks,
            }, null, 0, out _));
        Assert.Equal(2, _counters.Times.OfArrival);
    }

    [Fact]
    public void A_part_without_a_name_is_the_device_s_that_sent_the_message()
    {
        var intake = Intake(lanes: 1, new TextDecoder(namesDevices: true));
        intake.Take("plant/gateway/x"u8, " 1\npump 2"u8, 0, null, 0, false, out _);
        intake.Take("t"u8, " 3"u8, 0, null, 0, false, out _, device: "file"u8);
        intake.HandOver();
        Assert.Equal(["gateway", "pump", "file"], _lanes[0].Messages.Select(m => m.Message.Device.Name));
    }

    [Fact]
    public void A_message_that_cannot_be_used_is_counted_told_and_no_lane_s()
    {
        var intake = Intake(lanes: 2, new TextDecoder(), s => s.DeviceLimit = 1);
        Assert.Equal(IntakeOutcome.Refused, intake.Take("plant/pump/x"u8, "junk"u8, 0, _acknowledgements, 0, false, out var parts));
        Assert.Equal((DecodeFailure.BadJson, 0), (intake.LastFailure, parts));
        Assert.Equal(IntakeOutcome.Refused, intake.Take("plant"u8, "x"u8, 0, _acknowledgements, 0, false, out _));
        Assert.Equal(DecodeFailure.NoDevice, intake.LastFailure);
        Assert.Equal(IntakeOutcome.Taken, intake.Take("plant/pump/x"u8, "x"u8, 0, null, 0, false, out _));
        Assert.Equal(IntakeOutcome.Refused, intake.Take("plant/other/x"u8, "x"u8, 0, null, 0, false, out _));
        Assert.Equal(DecodeFailure.TooManyDevices, intake.LastFailure);
        intake.HandOver();

        Assert.Equal((4, 3, 1, 0), (_counters.Received, _counters.DeadLettered, _counters.HandedOver, _counters.Held));
        Assert.Equal((1, 1, 1), (_counters.Refused(DecodeFailure.BadJson), _counters.Refused(DecodeFailure.NoDevice),
            _counters.Refused(DecodeFailure.TooManyDevices)));
        Assert.Single(_lanes.SelectMany(l => l.Messages));
        Assert.Empty(_acknowledgements.Finished);
        Assert.True(_log.Contains("bad_json") && _log.Contains("no_device") && _log.Contains("too_many_devices"));
    }

    [Fact]
    public void Of_a_message_with_one_bad_device_nothing_is_taken()
    {
        var intake = Intake(lanes: 1, new TextDecoder(namesDevices: true), s => s.DeviceLimit = 2);
        Assert.Equal(IntakeOutcome.Refused, intake.Take("t"u8, "a 1\nb 1\nc 1"u8, 0, null, 0, false, out _));
        intake.HandOver();
        Assert.Empty(_lanes[0].Messages);
        Assert.Equal((1, 1, 0), (_counters.Received, _counters.DeadLettered, _counters.Held));
    }

    [Fact]
    public void Others_devices_are_counted_and_where_the_topic_tells_not_even_decoded()
    {
        var decoder = new TextDecoder();
        var intake = Intake(lanes: 1, decoder);
        intake.Share = new Ours(name => name == "ours");
        Assert.Equal(IntakeOutcome.LeftOut, intake.Take("plant/theirs/x"u8, "a"u8, 0, null, 0, false, out _));
        Assert.Equal(0, decoder.Calls);
        Assert.Equal(IntakeOutcome.Taken, intake.Take("plant/ours/x"u8, "b"u8, 0, null, 0, false, out _));
        intake.HandOver();
        Assert.Equal(["b"], _lanes[0].Messages.Select(m => m.Text));
        Assert.Equal((2, 1, 1, 0), (_counters.Received, _counters.FilteredOthers, _counters.HandedOver, _counters.Held));
    }

    [Fact]
    public void Of_a_message_of_several_devices_ours_are_taken_and_the_others_counted()
    {
        var intake = Intake(lanes: 3, new TextDecoder(namesDevices: true));
        intake.Share = new Ours(name => name.EndsWith('1'));
        Assert.Equal(IntakeOutcome.Taken, intake.Take("t"u8, "a1 1\na2 1\nb1 1\nb2 1"u8, 0, _acknowledgements, 4, false, out var parts));
        Assert.Equal(2, parts);
        Assert.Equal(IntakeOutcome.LeftOut, intake.Take("t"u8, "a2 1\nb2 1"u8, 0, _acknowledgements, 5, false, out parts));
        Assert.Equal(0, parts);
        intake.HandOver();

        Assert.Equal(["a1", "b1"], _lanes.SelectMany(l => l.Messages).Select(m => m.Message.Device.Name).Order());
        Assert.Equal([4, 4], _acknowledgements.Finished);
        Assert.Equal((6, 4, 2, 0), (_counters.Received, _counters.FilteredOthers, _counters.HandedOver, _counters.Held));
    }

    [Fact]
    public void A_full_batch_goes_to_its_lane_at_once()
    {
        var intake = Intake(lanes: 1, new TextDecoder());
        for (var i = 0; i < 513; i++) intake.Take("plant/pump/x"u8, "x"u8, 0, null, 0, false, out _);
        Assert.Equal(512, _lanes[0].Messages.Length);
        intake.HandOver();
        Assert.Equal((513, 2), (_lanes[0].Messages.Length, _lanes[0].Batches));
        intake.HandOver();
        Assert.Equal(2, _lanes[0].Batches);
    }

    [Fact]
    public void Without_room_nothing_is_counted_and_the_message_is_taken_once_when_it_is_offered_again()
    {
        var intake = Intake(lanes: 2, new TextDecoder(namesDevices: true));
        var names = Enumerable.Range(0, 100).Select(i => $"p{i}").ToArray();
        var slow = names.First(n => Device.LaneOf(n, 2) == 0);
        var quick = names.First(n => Device.LaneOf(n, 2) == 1);
        var told = 0;
        intake.Pool.Available = () => told++;
        _lanes[0].HoldsBatches = true;
        // The slow lane gets all the batches there are: four for each lane.
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(IntakeOutcome.Taken, intake.Take("t"u8, Some.Utf8($"{slow} {i}"), 0, null, 0, false, out _));
            intake.HandOver();
        }
        var received = _counters.Received;

        // The quick lane's half of it must not be taken twice, however often it is offered.
        var both = Some.Utf8($"{quick} 9\n{slow} 9");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(IntakeOutcome.NoRoom, intake.Take("t"u8, both, 0, _acknowledgements, 3, false, out var none));
            Assert.Equal((0, received, 0), (none, _counters.Received, _counters.Held));
            intake.HandOver();
        }
        Assert.Empty(_lanes[1].Messages);
        Assert.Equal(0, told);

        _lanes[0].ReturnHeld(count: 1);
        Assert.Equal(1, told);
        // One batch is not enough for two lanes; what the first has rented is kept for the next offer.
        Assert.Equal(IntakeOutcome.NoRoom, intake.Take("t"u8, both, 0, _acknowledgements, 3, false, out _));
        _lanes[0].ReturnHeld(count: 1);
        Assert.Equal(2, told);
        Assert.Equal(IntakeOutcome.Taken, intake.Take("t"u8, both, 0, _acknowledgements, 3, false, out var parts));
        Assert.Equal(2, parts);
        intake.HandOver();
        _lanes[0].ReturnHeld();

        Assert.Equal([9], Assert.Single(_lanes[1].Messages).Seconds);
        Assert.Equal(Enumerable.Range(0, 8).Append(9).Select(i => (long)i), _lanes[0].Messages.SelectMany(m => m.Seconds));
        Assert.Equal([3, 3], _acknowledgements.Finished);
        Assert.Equal((received + 2, 0), (_counters.Received, _counters.Held));
    }

    [Fact]
    public void Whatever_the_lanes_hold_up_each_reading_arrives_once_and_in_order_of_its_device()
    {
        var random = new Random(Seed.Take(output));
        var intake = Intake(lanes: 3, new TextDecoder(namesDevices: true));
        var names = Enumerable.Range(0, 9).Select(i => $"pump-{i}").ToArray();
        var sent = new Dictionary<string, List<long>>();
        var parts = 0;
        foreach (var lane in _lanes) lane.HoldsBatches = true;
        for (var round = 0; round < 4000; round++)
        {
            var devices = names.Where(_ => random.Next(3) == 0).DefaultIfEmpty(names[0])
                .Select(n => (Name: n, Digit: random.Next(10))).ToList();
            var payload = Some.Utf8(string.Join('\n', devices.Select(d => $"{d.Name} {d.Digit}")));
            int added;
            while (intake.Take("t"u8, payload, 0, _acknowledgements, round, false, out added) == IntakeOutcome.NoRoom)
            {
                intake.HandOver();
                foreach (var lane in _lanes) lane.ReturnHeld(random.Next(3));
            }
            parts += added;
            foreach (var (name, digit) in devices)
            {
                if (!sent.TryGetValue(name, out var list)) sent[name] = list = [];
                list.Add(digit);
            }
            if (random.Next(4) == 0) intake.HandOver();
            if (random.Next(4) == 0) _lanes[random.Next(3)].ReturnHeld(1);
        }
        intake.HandOver();
        foreach (var lane in _lanes) lane.ReturnHeld();

        foreach (var name in names)
            Assert.Equal(
                sent[name], _lanes.SelectMany(l => l.Messages).Where(m => m.Message.Device.Name == name).SelectMany(m => m.Seconds));
        Assert.Equal(parts, _acknowledgements.Finished.Length);
        Assert.Equal((parts, parts, 0), (_counters.Received, _counters.HandedOver, _counters.Held));
    }

    [Fact]
    public void Readings_of_the_past_are_left_out_where_the_source_skips_them()
    {
        var options = Some.Source(s => (s.Rows, s.Time, s.ChannelsBelow, s.Device, s.History) =
            ("[*]", "ts", "values", "row.id", new HistoryOptions { IsSkipped = true, Age = TimeSpan.FromHours(1) }));
        _lanes = [new RowRecorder()];
        var intake = new RowIntake(options, _lanes, new DeadLetter(null, _log, TimeProvider.System), _counters);
        var arrival = DateTime.UnixEpoch.AddSeconds(100_000).Ticks;

        Assert.Equal(IntakeOutcome.Taken, intake.Take("t"u8,
            """[{"id":"a","ts":100000,"values":{"v":1}},{"id":"a","ts":90000,"values":{"v":2}},{"id":"b","ts":50000,"values":{"v":3}}]"""u8,
            arrival, null, 0, false, out var parts));
        Assert.Equal(IntakeOutcome.LeftOut, intake.Take("t"u8, """[{"id":"b","ts":50000,"values":{"v":3}}]"""u8, arrival, null, 0, false, out _));
        var retained = new IncomingMessage
        {
            Topic = "t"u8, Payload = """[{"id":"b","ts":100000,"values":{"v":3}}]"""u8, ArrivalTicks = arrival, IsRetained = true,
        };
        Assert.Equal(IntakeOutcome.LeftOut, intake.Take(retained, null, 0, out _));
        intake.HandOver();

        Assert.Equal(1, parts);
        var message = Assert.Single(_lanes[0].Messages);
        Assert.Equal(("a", 1), (message.Message.Device.Name, message.Message.Rows));
        Assert.Equal((3, 2, 1, 0), (_counters.Received, _counters.FilteredHistory, _counters.HandedOver, _counters.DeadLettered));
    }

    [Fact]
    public void From_JSON_to_the_lane_a_reading_allocates_nothing()
    {
        var options = Some.Source();
        var lane = new Sink();
        var intake = new RowIntake(options, [lane], new DeadLetter(null, _log, TimeProvider.System), _counters);
        byte[][] topics = [.. Enumerable.Range(0, 16).Select(i => Some.Utf8($"plant/pump-{i}/telemetry"))];
        var payload = Some.Utf8("""{"ts": "2026-01-01T00:00:00.5Z", "values": {"a": 1.5, "b": -2e3}}""");
        Play();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Play();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(4000, lane.Readings);

        void Play()
        {
            for (var i = 0; i < 2000; i++)
            {
                intake.Take(topics[i % 16], payload, 0, _acknowledgements, 0, false, out _);
                if (i % 100 == 99) intake.HandOver();
            }
        }
    }

    private RowIntake Intake(int lanes, IPayloadDecoder decoder, Action<SourceOptions>? change = null)
    {
        _lanes = [.. Enumerable.Range(0, lanes).Select(_ => new RowRecorder())];
        return new RowIntake(Some.Source(change), _lanes, new DeadLetter(null, _log, TimeProvider.System), _counters, decoder);
    }

    private sealed class Ours(Func<string, bool> isOurs) : IDeviceShare
    {
        public bool IsOurs(Device device) => isOurs(device.Name);

        public bool IsOurs(ReadOnlySpan<byte> name) => isOurs(System.Text.Encoding.UTF8.GetString(name));
    }

    private sealed class Sink : IRowReceiver
    {
        public int Readings { get; private set; }

        public void Put(RowBatch batch)
        {
            Readings += batch.RowCount;
            batch.Return();
        }
    }
}
