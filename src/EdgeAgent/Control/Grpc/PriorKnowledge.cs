using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace EdgeAgent.Control.Grpc;

/// <summary>
/// Lets HTTP/1.1 and HTTP/2 share a port without TLS. Kestrel tells them apart only by what TLS has negotiated, and takes
/// everything else for HTTP/1.1; an HTTP/2 client that knows what it speaks begins with "PRI " (RFC 9113, 3.3 and 3.4).
/// Such a connection is marked as if TLS had negotiated "h2".
/// </summary>
internal static class PriorKnowledge
{
    /// <summary>Who connects and says nothing must not hold one of the few connections.</summary>
    private static readonly TimeSpan FirstWordLimit = TimeSpan.FromSeconds(5);

    public static void Use(ListenOptions listen) => listen.Use(next => async connection =>
    {
        if (await BeginsAsHttp2Async(connection).ConfigureAwait(false) is not { } isHttp2) return;
        if (isHttp2)
        {
            var mark = new Http2Mark();
            connection.Features.Set<ITlsConnectionFeature>(mark);
            connection.Features.Set<ITlsApplicationProtocolFeature>(mark);
        }
        await next(connection).ConfigureAwait(false);
    });

    /// <summary>Looks at the first bytes and leaves them where they are; null when none come.</summary>
    private static async Task<bool?> BeginsAsHttp2Async(ConnectionContext connection)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        limit.CancelAfter(FirstWordLimit);
        try
        {
            var input = connection.Transport.Input;
            while (true)
            {
                var read = await input.ReadAsync(limit.Token).ConfigureAwait(false);
                var isEnough = read.Buffer.Length >= 4;
                var isHttp2 = isEnough && Begins(read);
                // Seen whole when it was too short, so that the next read waits for more.
                input.AdvanceTo(read.Buffer.Start, isEnough ? read.Buffer.Start : read.Buffer.End);
                if (isEnough) return isHttp2;
                if (read.IsCompleted) return null;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionResetException or ConnectionAbortedException)
        {
            return null;
        }
    }

    private static bool Begins(in ReadResult read)
    {
        Span<byte> first = stackalloc byte[4];
        read.Buffer.Slice(0, 4).CopyTo(first);
        return first.SequenceEqual("PRI "u8);
    }

    private sealed class Http2Mark : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        private static readonly byte[] Http2 = "h2"u8.ToArray();

        public ReadOnlyMemory<byte> ApplicationProtocol => Http2;

        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) =>
            Task.FromResult(ClientCertificate);
    }
}
