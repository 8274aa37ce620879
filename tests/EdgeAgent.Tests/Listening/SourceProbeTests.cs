using System.Text;
using EdgeAgent.Listening;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Recordings.Messages;

namespace EdgeAgent.Tests.Listening;

public sealed class SourceProbeTests
{
    private static readonly SourceOptions Source = new()
    {
        Name = "pumps", Device = "topic[1]", Time = "ts", ChannelsBelow = "values", PayloadLimit = 100,
    };

    [Fact]
    public void A_message_shows_device_time_and_values()
    {
        using var probe = new SourceProbe(Source);
        var probed = probe.Decode(Message("""{"ts":1712345678901,"values":{"a":1.5,"b":"x","c":2}}"""));
        var reading = Assert.Single(probed.Readings);
        Assert.True(probed.IsUsable);
        Assert.Equal("p7", reading.Device);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1712345678901).Ticks, reading.TimeTicks);
        Assert.Equal(["a=1.5", "c=2"], reading.Values.Select(v => FormattableString.Invariant($"{v.Key}={v.Value}")));
    }

    [Theory]
    [InlineData("""{"ts":1712345678901,"values":{"a":1""", nameof(DecodeFailure.BadJson))]
    [InlineData("""{"values":{"a":1}}""", nameof(DecodeFailure.NoTime))]
    [InlineData("", nameof(DecodeFailure.Empty))]
    public void A_message_that_cannot_be_used_shows_why(string payload, string reason)
    {
        using var probe = new SourceProbe(Source);
        var probed = probe.Decode(Message(payload));
        Assert.False(probed.IsUsable);
        Assert.Equal(reason, probed.Failure.ToString());
    }

    [Fact]
    public void Size_and_retained_messages_are_judged_as_the_source_judges_them()
    {
        using var probe = new SourceProbe(Source);
        Assert.Equal(DecodeFailure.TooLarge, probe.Decode(Message(new string(' ', 101))).Failure);
        Assert.True(probe.Decode(Message("""{"ts":1712345678901,"values":{"a":1}}""") with { IsRetained = true }).IsLeftAlone);
    }

    [Theory]
    [InlineData("""{"ts":1712345678901,"values":{"a":null}}""", ProbedOutcome.LeftOut, nameof(DecodeFailure.NoUsableValue))]
    [InlineData("""{"ts":1712345678901,"values":{"a":"x"}}""", ProbedOutcome.Refused, nameof(DecodeFailure.OnlyTexts))]
    internal void What_is_left_out_on_purpose_is_not_refused(string payload, ProbedOutcome outcome, string reason)
    {
        using var probe = new SourceProbe(Source);
        var probed = probe.Decode(Message(payload));
        Assert.Equal((outcome, reason, false), (probed.Outcome, probed.Failure.ToString(), probed.IsLeftAlone));
    }

    [Fact]
    public void Arrays_that_nobody_reads_are_named()
    {
        using var probe = new SourceProbe(Source);
        var probed = probe.Decode(Message("""{"ts":1712345678901,"values":{"a":1,"power":[1,2,3]}}"""));
        Assert.True(probed.IsUsable);
        Assert.Equal(["power"], probed.ArraysLeftOut);
        Assert.Equal(["power"], probe.Decode(Message("""{"ts":1712345678901,"values":{"power":[1,2,3]}}""")).ArraysLeftOut);
    }

    [Fact]
    public void Of_many_readings_the_first_are_kept_and_all_are_counted()
    {
        using var probe = new SourceProbe(new SourceOptions { Name = "v", ChannelsBelow = "", SampleRate = 1000, PayloadLimit = 1 << 20 });
        var probed = probe.Decode(Message($$"""{"x":[{{string.Join(',', Enumerable.Range(0, 500))}}]}"""));
        Assert.Equal(500, probed.Count);
        Assert.Equal(SourceProbe.ReadingLimit, probed.Readings.Count);
    }

    [Theory]
    [InlineData("""{"a":"ü \" \\ "}""")]
    [InlineData("23.5")]
    [InlineData("")]
    public void What_is_recorded_is_read_back_byte_for_byte(string payload) =>
        Assert.Equal(payload, Encoding.UTF8.GetString(Recorded(Encoding.UTF8.GetBytes(payload))));

    [Fact]
    public void What_is_no_text_is_read_back_byte_for_byte() => Assert.Equal([0xff, 0, 7], Recorded([0xff, 0, 7]));

    [Fact]
    public void A_recording_never_grows_over_another_file_or_its_limit()
    {
        using var folder = new TempFolder();
        using (var recorder = new MessageRecorder(folder.File("r.jsonl"), bytesLimit: 100))
        {
            for (var i = 0; i < 5; i++) recorder.Add(Message("""{"a":1}"""));
            Assert.Equal((1L, 4L), (recorder.Count, recorder.LeftOut));
        }
        Assert.Throws<IOException>(() => new MessageRecorder(folder.File("r.jsonl")));
    }

    private static byte[] Recorded(byte[] payload)
    {
        using var folder = new TempFolder();
        var message = new HeardMessage("plant/p7/t", payload, new DateTime(2026, 5, 4, 3, 2, 1, DateTimeKind.Utc).Ticks + 1_234_560);
        using (var recorder = new MessageRecorder(folder.File("r.jsonl"))) recorder.Add(message);
        var read = RecordedMessage.Read(File.ReadAllBytes(folder.File("r.jsonl")).AsSpan().TrimEnd((byte)'\n'));
        Assert.Equal("plant/p7/t", Encoding.UTF8.GetString(read.Topic));
        Assert.Equal(message.ArrivalTicks, read.ArrivalTicks);
        return read.Payload.ToArray();
    }

    private static HeardMessage Message(string payload) => new("plant/p7/t", Encoding.UTF8.GetBytes(payload), DateTime.UtcNow.Ticks);
}
