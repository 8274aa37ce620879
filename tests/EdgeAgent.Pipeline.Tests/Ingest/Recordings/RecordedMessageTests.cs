using EdgeAgent.Pipeline.Ingest.Recordings;

namespace EdgeAgent.Pipeline.Tests.Ingest.Recordings;

public class RecordedMessageTests
{
    [Theory]
    [InlineData("""{"topic": "\ud800", "payload": "{}"}""")]
    [InlineData("""{"topic": "t", "payload": "\ud800x"}""")]
    [InlineData("""{"topic": "t", "payload":""")]
    public void What_cannot_be_read_is_a_bare_payload(string line)
    {
        var message = RecordedMessage.Read(Some.Utf8(line));
        Assert.True(message.Topic.IsEmpty);
        Assert.Equal(Some.Utf8(line), message.Payload.ToArray());
    }
}
