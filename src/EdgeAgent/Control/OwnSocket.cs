using System.Net.Sockets;
using EdgeAgent.Files;
using EdgeAgent.Pipeline.Common;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Control;

/// <summary>
/// The agent's own socket. Somebody may take it away, and a listener whose name is gone is never asked again: then it is made anew. One
/// caller at a time.
/// </summary>
/// <param name="folder">The state folder.</param>
/// <param name="answer">Answers requests.</param>
/// <param name="logs">Take what goes wrong.</param>
internal sealed partial class OwnSocket(string folder, RequestDelegate answer, ILoggerFactory logs) : IAsyncDisposable
{
    private readonly ILogger _logger = logs.CreateLogger("control");
    private readonly string _path = ControlSocket.Choose(folder, out _);
    private ControlServer? _server;
    private FileIdentity? _file;
    private bool _wasServed, _isTold;

    /// <summary>Why nobody can ask there; null: everybody of the agent's group can.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Serves the socket, or sees to it that it is still there. Never fails.</summary>
    public async Task KeepAsync()
    {
        if (_server is not null && _file is { } file && !file.IsGoneFrom(_path)) return;
        try
        {
            await DisposeAsync().ConfigureAwait(false);
            await ServeAsync().ConfigureAwait(false);
            if (_wasServed) MadeAnew(_path);
            (_wasServed, _isTold, Trouble) = (true, false, null);
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException or ArgumentException)
        {
            var failure = e.GetBaseException().Message;
            Trouble = $"{_path} cannot be listened on: {failure}; commands cannot ask this agent";
            if (!_isTold) NotListening(_path, failure);
            _isTold = true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        var server = _server;
        // The old one deletes the socket by its name when it ends: before there is a new one.
        _server = null;
        if (server is not null) await server.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ServeAsync()
    {
        _ = ControlSocket.Choose(folder, out var isElsewhere);
        if (isElsewhere && !_wasServed && !_isTold) SocketElsewhere(folder, _path);
        PrivateFiles.CreateFolder(folder);
        ControlSocket.Clear(_path, folder);
        _server = await ControlServer.OnSocketAsync(_path, answer, logs).ConfigureAwait(false);
        _file = null;
        ControlSocket.Publish(_path, isElsewhere, folder);
        _file = FileIdentity.Of(_path);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "the path of a socket in {Folder} would be too long, so the agent listens on {Socket}; a note in the folder leads the "
            + "commands there")]
    private partial void SocketElsewhere(string folder, string socket);

    [LoggerMessage(LogLevel.Warning, "somebody has taken {Socket} away; it is made anew. Find out who deletes files there")]
    private partial void MadeAnew(string socket);

    [LoggerMessage(LogLevel.Error, "{Where} cannot be listened on: {Failure}. The agent goes on without, and tries again; "
        + "nobody can ask it there")]
    private partial void NotListening(string where, string failure);
}
