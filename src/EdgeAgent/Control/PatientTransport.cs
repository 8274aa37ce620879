using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Control;

/// <summary>
/// Listens as Kestrel's own transport does, and pauses where no connection can be accepted, as when no file descriptor is left.
/// Kestrel's tries again at once and without end, which costs a core.
/// </summary>
internal sealed class PatientTransport(ILoggerFactory logs) : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var options = new SocketTransportOptions();
        Socket socket;
        try
        {
            socket = options.CreateBoundListenSocket(endpoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }
        socket.Listen(options.Backlog);
        return ValueTask.FromResult<IConnectionListener>(new PatientListener(socket, logs.CreateLogger(ControlServer.LogCategory)));
    }
}

/// <summary>One socket that is listened on.</summary>
internal sealed partial class PatientListener : IConnectionListener
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private const int FailuresToTell = 3;

    private readonly Socket _socket;
    private readonly ILogger _logger;
    private readonly SocketConnectionContextFactory _connections;
    private readonly CancellationTokenSource _stop = new();
    private TimeSpan _pause = FirstPause;
    private int _failures;

    public PatientListener(Socket socket, ILogger logger)
    {
        (_socket, _logger) = (socket, logger);
        EndPoint = socket.LocalEndPoint!;
        _connections = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), logger);
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var connection = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
                (_pause, _failures) = (FirstPause, 0);
                if (connection.LocalEndPoint is IPEndPoint) connection.NoDelay = true;
                return _connections.Create(connection);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException e)
            {
                // A connection that was reset while it waited fails, too, and is nothing to tell.
                if (_failures++ == FailuresToTell) NotAccepted(EndPoint, e.Message);
                await Task.Delay(_pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            }
        }
        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _stop.Cancel();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _socket.Dispose();
        _connections.Dispose();
        _stop.Dispose();
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(LogLevel.Warning,
        "no connection is accepted on {Endpoint}: {Failure}. Where files run out, raise LimitNOFILE of the unit, or ulimit -n")]
    private partial void NotAccepted(EndPoint endpoint, string failure);
}
