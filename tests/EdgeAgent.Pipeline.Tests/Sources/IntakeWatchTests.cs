using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Sources;

public class IntakeWatchTests
{
    private readonly IntakeWatch _watch = new();
    private long _ticks = Some.Start.UtcTicks;

    [Fact]
    public void Most_of_ten_messages_unusable_is_trouble_and_half_of_them_or_nine_are_none()
    {
        for (var i = 0; i < 9; i++) Refuse(DecodeFailure.BadTime);
        Assert.False(Recent.IsTrouble);
        Refuse(DecodeFailure.BadJson);
        Assert.True(Recent.IsTrouble);
        Assert.Equal((10, 10, DecodeFailure.BadTime, 1.0), (Recent.Messages, Recent.Unusable, Recent.Reason, Recent.Share));

        for (var i = 0; i < 10; i++) Take();
        Assert.False(Recent.IsTrouble);
        Refuse(DecodeFailure.BadJson);
        Assert.True(Recent.IsTrouble);
    }

    [Fact]
    public void Trouble_is_over_when_messages_have_been_usable_for_two_minutes()
    {
        for (var i = 0; i < 1000; i++) Refuse(DecodeFailure.BadTime);
        Pass(61);
        for (var i = 0; i < 20; i++) Take();
        Assert.True(Recent.IsTrouble);
        Pass(61);
        for (var i = 0; i < 10; i++) Take();
        Assert.Equal((30, 0), (Recent.Messages, Recent.Unusable));
    }

    [Fact]
    public void A_source_of_a_message_a_minute_is_looked_at_for_longer_and_forgotten_after_an_hour_of_silence()
    {
        for (var i = 0; i < 12; i++)
        {
            Refuse(DecodeFailure.BadTime);
            Pass(60);
        }
        Assert.True(Recent.IsTrouble);
        Assert.Equal(TimeSpan.FromMinutes(12).Ticks, Recent.SpanTicks);
        Pass(3601);
        Assert.Equal(default, Recent);
    }

    [Fact]
    public void A_clock_that_is_set_back_begins_anew()
    {
        for (var i = 0; i < 12; i++) Refuse(DecodeFailure.BadTime);
        Pass(-86_400);
        for (var i = 0; i < 12; i++) Take();
        Pass(61);
        for (var i = 0; i < 12; i++) Take();
        Assert.Equal((24, 0), (Recent.Messages, Recent.Unusable));
    }

    [Theory]
    [InlineData(nameof(DecodeFailure.BadJson), "online")]
    [InlineData(nameof(DecodeFailure.Empty), "")]
    [InlineData(nameof(DecodeFailure.OnlyTexts), """{"state":"online","by":"7a"}""", false)]
    [InlineData(nameof(DecodeFailure.OnlyTexts), """{"state":"online","by":"a7"}""")]
    [InlineData(nameof(DecodeFailure.NoChannels), "{}")]
    [InlineData(nameof(DecodeFailure.BadJson), "23.4 °C", false)]
    [InlineData(nameof(DecodeFailure.OnlyTexts), """{"t": "23,4 °C"}""", false)]
    [InlineData(nameof(DecodeFailure.BadTime), """{"v":1}""", false)]
    [InlineData(nameof(DecodeFailure.BadJson), "{'v':1}", false)]
    public void What_is_no_telemetry_is_set_aside_while_other_topics_bring_readings(
        string reason, string payload, bool isAside = true)
    {
        for (var i = 0; i < 50; i++) Refuse(Enum.Parse<DecodeFailure>(reason), payload);
        Assert.True(Recent.IsTrouble, "nothing else comes");

        for (var i = 0; i < 12; i++) Take();
        Assert.Equal(isAside ? (12, 0) : (62, 50), (Recent.Messages, Recent.Unusable));
    }

    [Fact]
    public void A_topic_that_brought_readings_is_telemetry_whatever_it_sends_later()
    {
        for (var i = 0; i < 10; i++) Take();
        for (var i = 0; i < 20; i++) Refuse(DecodeFailure.OnlyTexts, """{"v":"broken"}""", isKnownTopic: true);
        Assert.True(Recent.IsTrouble);
    }

    [Fact]
    public void The_last_message_is_kept_cut_and_printable_at_most_once_a_second()
    {
        Refuse(DecodeFailure.BadJson, "\u001b[2J" + new string('x', 100));
        Refuse(DecodeFailure.BadJson, "second");
        var last = _watch.Last(DecodeFailure.BadJson)!;
        var begin = "0x1b5b324a" + string.Concat(Enumerable.Repeat("78", 20)) + "…";
        Assert.Equal((PayloadForm.Binary, "plant/p1/telemetry", begin), (last.Form, last.Topic, last.Begin));
        Pass(1);
        Refuse(DecodeFailure.BadJson, "third");
        Assert.Equal("third", _watch.LastOfAll!.Begin);
    }

    [Fact]
    public void Every_reason_there_is_has_a_place()
    {
        foreach (var reason in Enum.GetValues<DecodeFailure>())
        {
            Refuse(reason);
            Assert.Equal(reason, _watch.Last(reason)!.Reason);
        }
    }

    [Fact]
    public void A_message_that_is_used_costs_no_allocation()
    {
        Take();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Take();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_source_s_watch_hears_of_all_its_messages_and_knows_its_topics()
    {
        var intake = new RowIntake(
            Some.Source(s => s.Time = null), [new RowRecorder()],
            new DeadLetter(null, new LogLines(), TimeProvider.System), new SourceCounters());
        for (var i = 0; i < 10; i++)
        {
            Send("plant/p1/telemetry", """{"ts":1,"values":{"a":1}}""");
            Send("plant/p1/availability", """{"ts":1,"values":{"a":"offline"}}""");
        }
        Assert.Equal((10, 0), (Now().Messages, Now().Unusable));
        for (var i = 0; i < 11; i++) Send("plant/p1/telemetry", """{"ts":1,"values":{"a":"broken"}}""");
        Assert.True(Now().IsTrouble);

        IntakeShare Now() => intake.Watch.Recent(_ticks);

        void Send(string topic, string payload) =>
            intake.Take(Some.Utf8(topic), Some.Utf8(payload), _ticks, null, 0, false, out _);
    }

    private IntakeShare Recent => _watch.Recent(_ticks);

    private void Take() => _watch.Took(_ticks);

    private void Pass(int seconds) => _ticks += TimeSpan.FromSeconds(seconds).Ticks;

    private void Refuse(DecodeFailure reason, string payload = """{"v":"7"}""", bool isKnownTopic = false) => _watch.Refused(
        reason, new IncomingMessage { Topic = "plant/p1/telemetry"u8, Payload = Some.Utf8(payload), ArrivalTicks = _ticks }, isKnownTopic);
}
