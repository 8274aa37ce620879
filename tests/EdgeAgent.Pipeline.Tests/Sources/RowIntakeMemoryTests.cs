using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Times;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Tests.Formats;

namespace EdgeAgent.Pipeline.Tests.Sources;

/// <summary>Decoders remember what they have read; the intake lets them read each message once, and ends them.</summary>
public class RowIntakeMemoryTests
{
    private readonly SourceCounters _counters = new();
    private readonly LogLines _log = new();

    [Fact]
    public void A_message_that_found_no_room_is_decoded_once_and_keeps_its_times()
    {
        var arrival = DateTime.UnixEpoch.AddDays(20_000).Ticks;
        var options = Some.Source(s => (s.Rows, s.ChannelsBelow, s.Time, s.Times) =
            ("[*]", "values", null, new TimeOptions { Counter = new CounterOptions { Path = "up", Unit = CounterUnit.Milliseconds } }));
        // 200 readings at 1 Hz: longer than a step back that is lateness.
        var payload = Some.Utf8(
            $"[{string.Join(',', Enumerable.Range(1, 200).Select(i => $$$"""{"up":{{{i * 1000}}},"values":{"v":{{{i}}}}}"""))}]");

        var expected = Times(options, payload, arrival, fillsPool: false);

        Assert.Equal(200, expected.Count);
        Assert.Equal(expected, Times(options, payload, arrival, fillsPool: true));
    }

    [Fact]
    public void Without_room_a_message_is_decoded_once_and_again_after_its_session_ended()
    {
        var decoder = new TextDecoder();
        var lane = new RowRecorder { HoldsBatches = true };
        using var intake = Intake(lane, decoder);
        FillPool(intake);
        var before = decoder.Calls;

        for (var i = 0; i < 3; i++)
            Assert.Equal(IntakeOutcome.NoRoom, intake.Take("plant/p/t"u8, "abc"u8, 0, null, 0, false, out _));
        Assert.Equal(1, decoder.Calls - before);
        intake.Forget();
        lane.ReturnHeld();
        intake.Take("plant/p/t"u8, "xyz"u8, 0, null, 0, false, out _);
        intake.HandOver();

        Assert.Equal(2, decoder.Calls - before);
        lane.ReturnHeld();
        Assert.Equal("xyz", lane.Messages[^1].Text);
    }

    [Fact]
    public void Values_that_count_for_nothing_are_left_out_and_no_dead_letter()
    {
        using var intake = Intake(new RowRecorder(), null, s => (s.Time, s.Quality) = (null, new QualityOptions { Path = "q" }));

        Assert.Equal(IntakeOutcome.LeftOut, intake.Take("plant/p/t"u8, """{"q":0,"values":{"a":null}}"""u8, 0, null, 0, false, out _));

        Assert.Equal(DecodeFailure.NoUsableValue, intake.LastFailure);
        Assert.Equal((1, 1, 1, 0, 0),
            (_counters.Received, _counters.FilteredNoUsableValue, _counters.Filtered, _counters.DeadLettered, _counters.Held));
    }

    [Fact]
    public void Its_decoder_ends_with_it()
    {
        var decoder = new DisposableDecoder();
        Intake(new RowRecorder(), decoder).Dispose();
        Assert.True(decoder.IsDisposed);
    }

    private List<long> Times(SourceOptions options, byte[] payload, long arrival, bool fillsPool)
    {
        var lane = new TimeRecorder { HoldsBatches = fillsPool };
        using var intake = new RowIntake(options, [lane], new DeadLetter(null, _log, TimeProvider.System), _counters);
        if (fillsPool)
        {
            for (var i = 1; i <= 4; i++)
            {
                intake.Take("plant/other/t"u8, """[{"up":1000,"values":{"v":1}}]"""u8, arrival, null, 0, false, out _);
                intake.HandOver();
            }
            Assert.Equal(IntakeOutcome.NoRoom, intake.Take("plant/p/t"u8, payload, arrival, null, 0, false, out _));
            lane.ReturnHeld();
        }
        Assert.Equal(IntakeOutcome.Taken, intake.Take("plant/p/t"u8, payload, arrival, null, 0, false, out _));
        intake.HandOver();
        lane.ReturnHeld();
        return lane.Ticks["p"];
    }

    private static void FillPool(RowIntake intake)
    {
        for (var i = 0; i < 4; i++)
        {
            intake.Take("plant/p/t"u8, "a"u8, 0, null, 0, false, out _);
            intake.HandOver();
        }
    }

    private RowIntake Intake(RowRecorder lane, IPayloadDecoder? decoder, Action<SourceOptions>? change = null) =>
        new(Some.Source(change), [lane], new DeadLetter(null, _log, TimeProvider.System), _counters, decoder);

    /// <summary>Keeps event times by device, and batches until they are to be returned.</summary>
    private sealed class TimeRecorder : IRowReceiver
    {
        private readonly List<RowBatch> _held = [];

        public bool HoldsBatches { get; init; }
        public Dictionary<string, List<long>> Ticks { get; } = [];

        public void Put(RowBatch batch)
        {
            foreach (var message in batch.Messages)
            {
                if (!Ticks.TryGetValue(message.Device.Name, out var ticks)) Ticks[message.Device.Name] = ticks = [];
                foreach (var row in batch.Rows(message)) ticks.Add(row.TimeTicks);
            }
            if (HoldsBatches) _held.Add(batch);
            else batch.Return();
        }

        public void ReturnHeld()
        {
            foreach (var batch in _held) batch.Return();
            _held.Clear();
        }
    }
}
