using System.Text;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Sources.Mqtt;

/// <summary>What a decoder asks senders for goes out over the source's own connection.</summary>
public sealed class SenderRequestTests : IDisposable
{
    private readonly ScriptedBroker _broker = new();

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task A_request_is_published_and_its_refusal_ends_nothing()
    {
        await using var bench = new SourceBench(_broker.Port, decoder: new AskingDecoder());
        using var connection = await _broker.OpenAsync();

        await connection.SendAsync(BrokerConnection.Publish("plant/pump/x", [1], 1));
        byte[][] packets = [await connection.ReadPacketAsync(), await connection.ReadPacketAsync()];
        var publish = Assert.Single(packets, p => p[0] >> 4 == 3);
        var topicBytes = publish[3];
        Assert.Equal(AskingDecoder.Topic, Encoding.UTF8.GetString(publish, 4, topicBytes));
        Assert.Equal([7, 8, 9], publish[^3..]);

        byte[] refused = [0x40, 3, publish[4 + topicBytes], publish[5 + topicBytes], 0x87];
        await connection.SendAsync([.. refused, .. BrokerConnection.Publish("plant/pump/x", [1], 2)]);
        Assert.Equal(2, await connection.ReadPubAckAsync());
        Assert.Null(bench.Source.Trouble);
    }

    /// <summary>Asks once, when it has met the first message.</summary>
    private sealed class AskingDecoder : IPayloadDecoder, IAskingDecoder
    {
        public const string Topic = "spBv1.0/plant/NCMD/edge1";

        private int _messages;
        private bool _hasAsked;

        public bool NamesDevices => false;

        public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
        {
            _messages++;
            return DecodeFailure.NotTelemetry;
        }

        public bool TryTakeRequest(out SenderRequest request)
        {
            request = new SenderRequest(Topic, [7, 8, 9]);
            if (_messages == 0 || _hasAsked) return false;
            return _hasAsked = true;
        }
    }
}
