using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Sources.Mqtt;

/// <summary>What decoders notice is told by their source; they end with it.</summary>
public sealed class SourceNotesTests : IDisposable
{
    private readonly ScriptedBroker _broker = new();

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task Qualities_of_OPC_DA_are_told_once_with_the_key_that_says_it_outright_and_the_decoder_ends_with_the_source()
    {
        var decoder = new NotingDecoder();
        await using (var bench = new SourceBench(_broker.Port, decoder: decoder))
        {
            using var connection = await _broker.OpenAsync();
            for (byte id = 1; id <= 3; id++)
            {
                await connection.SendAsync(BrokerConnection.Publish("plant/pump/x", [1], id));
                Assert.Equal(id, await connection.ReadPubAckAsync());
            }
            Assert.Single(bench.Log.Lines, l => l.Contains("codes = \"opc-da\"", StringComparison.Ordinal));
            Assert.False(decoder.IsDisposed);
        }
        Assert.True(decoder.IsDisposed);
    }

    private sealed class NotingDecoder : IPayloadDecoder, IDisposable
    {
        public bool NamesDevices => false;
        public bool IsDisposed { get; private set; }

        public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
        {
            rows.Notes.HasOpcDaQuality = true;
            return DecodeFailure.NotTelemetry;
        }

        public void Dispose() => IsDisposed = true;
    }
}
