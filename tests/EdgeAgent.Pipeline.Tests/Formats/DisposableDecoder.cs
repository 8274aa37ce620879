using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats;

/// <summary>A decoder that holds something until it is disposed.</summary>
internal sealed class DisposableDecoder : IPayloadDecoder, IDisposable
{
    public bool NamesDevices => false;
    public bool IsDisposed { get; private set; }

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows) => DecodeFailure.NotTelemetry;

    public void Dispose() => IsDisposed = true;
}
