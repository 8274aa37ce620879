using System.Net;
using EdgeAgent.Control.Grpc;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Control;

/// <summary>
/// One listener: Kestrel alone, without the web framework around it, which would cost twice the memory. gRPC needs a part
/// of that, so only the TCP listener has it.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    /// <summary>Category under which Kestrel logs.</summary>
    public const string LogCategory = "Microsoft.AspNetCore.Server.Kestrel";

    /// <summary>Category under which calls by gRPC are logged.</summary>
    public const string GrpcLogCategory = "Grpc";

    private const int ConnectionLimit = 64;
    /// <summary>Those that have given way take a moment to be gone.</summary>
    private const int AllConnectionLimit = 16 * ConnectionLimit;
    private const int StreamLimit = 16;
    private static readonly TimeSpan HeadLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(60);
    private const int BodyBytesLimit = 64 * 1024;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private readonly KestrelServer _server;
    private readonly string? _socket;
    private readonly GrpcHealthPipeline? _grpc;

    private ControlServer(KestrelServer server, string? socket, GrpcHealthPipeline? grpc) =>
        (_server, _socket, _grpc) = (server, socket, grpc);

    /// <summary>Listens on the agent's own socket, where commands are taken, too.</summary>
    public static async Task<ControlServer> OnSocketAsync(string path, RequestDelegate answer, ILoggerFactory logs)
    {
        var options = Options();
        options.ListenUnixSocket(path, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            new ConnectionPlaces(ConnectionLimit).Use(listen);
        });
        var server = Build(options, logs);
        await StartAsync(server, new ControlApplication(answer)).ConfigureAwait(false);
        return new ControlServer(server, path, null);
    }

    /// <summary>Listens on a port for those who only ask: HTTP/1.1, and gRPC by HTTP/2 without TLS.</summary>
    public static async Task<ControlServer> OnPortAsync(IPEndPoint endpoint, ControlRequests requests, ILoggerFactory logs)
    {
        var grpc = new GrpcHealthPipeline(requests.Health, logs, context => requests.AnswerAsync(context, mayTell: false));
        Task Answer(HttpContext context) =>
            requests.IsMeant(context) ? grpc.Handle(context) : ControlRequests.MisdirectedAsync(context);
        var options = Options();
        options.AllowAlternateSchemes = true;
        options.Listen(endpoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            new ConnectionPlaces(ConnectionLimit).Use(listen);
            PriorKnowledge.Use(listen);
        });
        var server = Build(options, logs);
        await StartAsync(server, new ControlApplication(Answer, grpc.Services)).ConfigureAwait(false);
        return new ControlServer(server, null, grpc);
    }

    /// <summary>Listens on a port by HTTP/1.1 alone.</summary>
    /// <param name="endpoint">The port.</param>
    /// <param name="answer">Takes all requests.</param>
    /// <param name="bodyBytes">What a request may bring.</param>
    /// <param name="logs">Takes what goes wrong.</param>
    public static async Task<ControlServer> OnPlainPortAsync(
        IPEndPoint endpoint, RequestDelegate answer, long bodyBytes, ILoggerFactory logs)
    {
        var options = Options();
        options.Limits.MaxRequestBodySize = bodyBytes;
        options.Listen(endpoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            new ConnectionPlaces(ConnectionLimit).Use(listen);
        });
        var server = Build(options, logs);
        await StartAsync(server, new ControlApplication(answer)).ConfigureAwait(false);
        return new ControlServer(server, null, null);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(StopLimit);
        await _server.StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _server.Dispose();
        if (_grpc is not null) await _grpc.DisposeAsync().ConfigureAwait(false);
        // Its folder may be gone.
        if (_socket is not null && File.Exists(_socket)) File.Delete(_socket);
    }

    private static KestrelServerOptions Options()
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = AllConnectionLimit;
        options.Limits.RequestHeadersTimeout = HeadLimit;
        options.Limits.KeepAliveTimeout = IdleLimit;
        options.Limits.Http2.MaxStreamsPerConnection = StreamLimit;
        options.Limits.MaxRequestBodySize = BodyBytesLimit;
        return options;
    }

    private static KestrelServer Build(KestrelServerOptions options, ILoggerFactory logs) => new(
        Microsoft.Extensions.Options.Options.Create(options), new PatientTransport(logs), logs);

    private static async Task StartAsync(KestrelServer server, ControlApplication application)
    {
        try
        {
            await server.StartAsync(application, CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }
}
