using System.Text;
using EdgeAgent.Recordings.Messages;

namespace EdgeAgent.Recordings.Tests;

public sealed class RecordedMessageTests
{
    [Theory]
    [InlineData(
        """{"tst":"2020-03-09T10:14:33Z","topic":"plant/p/t","qos":1,"payload":{"ts":1,"values":{"a":1}}}""",
        """{"ts":1,"values":{"a":1}}""")]
    [InlineData("""{"payload":"{\"a\":1}","topic":"plant/p/t","tst":"2020-03-09T10:14:33Z"}""", """{"a":1}""")]
    public void A_captured_message_gives_topic_payload_and_time(string line, string payload)
    {
        var message = RecordedMessage.Read(Encoding.UTF8.GetBytes(line));
        Assert.Equal("plant/p/t", Encoding.UTF8.GetString(message.Topic));
        Assert.Equal(payload, Encoding.UTF8.GetString(message.Payload));
        Assert.Equal(new DateTime(2020, 3, 9, 10, 14, 33).Ticks, message.ArrivalTicks);
    }

    [Theory]
    [InlineData("""{"ts":1,"values":{"a":1}}""")]
    [InlineData("""{"topic":"only"}""")]
    [InlineData("""{"payload":{"broken":""")]
    [InlineData("no json")]
    [InlineData("[]")]
    public void Anything_else_is_a_bare_payload(string line)
    {
        var message = RecordedMessage.Read(Encoding.UTF8.GetBytes(line));
        Assert.True(message.Topic.IsEmpty);
        Assert.Equal(line, Encoding.UTF8.GetString(message.Payload));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("0", false)]
    [InlineData("false", false)]
    public void What_the_broker_had_kept_is_known(string retain, bool expected) =>
        Assert.Equal(expected, RecordedMessage.Read(Encoding.UTF8.GetBytes($$"""{"topic":"a","retain":{{retain}},"payload":1}""")).IsRetained);

    [Fact]
    public void A_payload_that_is_no_text_stands_in_base64()
    {
        var message = RecordedMessage.Read("""{"tst":"2020-03-09T10:14:33Z","topic":"plant/p/t","payload64":"/wABgA=="}"""u8);
        Assert.Equal("plant/p/t", Encoding.UTF8.GetString(message.Topic));
        Assert.Equal([0xff, 0x00, 0x01, 0x80], message.Payload.ToArray());
    }

    [Fact]
    public void An_empty_payload_is_one_of_its_topic()
    {
        var message = RecordedMessage.Read("""{"tst":"2020-03-09T10:14:33Z","topic":"plant/p/t","payload":""}"""u8);
        Assert.Equal("plant/p/t", Encoding.UTF8.GetString(message.Topic));
        Assert.True(message.Payload.IsEmpty);
    }
}
