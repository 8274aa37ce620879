using System.Net.Sockets;
using System.Text;

namespace EdgeAgent.Control;

/// <summary>An answer of a running agent.</summary>
internal sealed record ControlAnswer(int Code, byte[] Body)
{
    public bool IsFine => Code is >= 200 and < 300;
    public string Text => Encoding.UTF8.GetString(Body).TrimEnd('\n');
}

/// <summary>An agent is there and does not answer.</summary>
internal sealed class NoAnswerException(string message, Exception inner) : IOException(message, inner);

/// <summary>Asks the agent of a state folder, one connection a question. HTTP/1.0, so that an answer ends with its connection.</summary>
internal sealed class ControlClient(string stateFolder)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether an agent listens there, or may do so and this user may not ask it.</summary>
    public bool IsThere()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(ControlSocket.Find(stateFolder)));
            return true;
        }
        catch (Exception e) when (e is SocketException or ArgumentOutOfRangeException or IOException or UnauthorizedAccessException)
        {
            return e is SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.WouldBlock };
        }
    }

    /// <summary>The answer; null when no agent runs there.</summary>
    /// <exception cref="NoAnswerException">There is one, and it does not answer.</exception>
    /// <exception cref="IOException">This user may not ask, or the answer cannot be read.</exception>
    public async Task<ControlAnswer?> AskAsync(string method, string path, byte[]? body = null, CancellationToken cancel = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerLimit);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await ConnectAsync(socket, limit.Token).ConfigureAwait(false);
            using var stream = new NetworkStream(socket);
            var head = $"{method} {path} HTTP/1.0\r\nHost: edgeagent\r\nContent-Length: {body?.Length ?? 0}\r\n\r\n";
            await stream.WriteAsync((byte[])[.. Encoding.UTF8.GetBytes(head), .. body ?? []], limit.Token).ConfigureAwait(false);
            using var answer = new MemoryStream();
            await stream.CopyToAsync(answer, limit.Token).ConfigureAwait(false);
            return Parse(answer.ToArray());
        }
        catch (Exception e) when (e is SocketException { SocketErrorCode: SocketError.AccessDenied } or UnauthorizedAccessException)
        {
            throw new IOException($"this user may not ask the agent: {ControlSocket.Find(stateFolder)} is for its owner and group", e);
        }
        catch (Exception e) when (e is SocketException or ArgumentOutOfRangeException or DirectoryNotFoundException)
        {
            // No socket, none that anyone listens on, or a path that can be no socket's.
            return null;
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new NoAnswerException($"the agent did not answer within {AnswerLimit.TotalSeconds:0} s", e);
        }
    }

    /// <summary>While more come than the agent takes in, its socket refuses for a moment.</summary>
    private async Task ConnectAsync(Socket socket, CancellationToken limit)
    {
        var agent = new UnixDomainSocketEndPoint(ControlSocket.Find(stateFolder));
        while (true)
        {
            try
            {
                await socket.ConnectAsync(agent, limit).ConfigureAwait(false);
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock)
            {
                await Task.Delay(RefusedPause, limit).ConfigureAwait(false);
            }
        }
    }

    private static ControlAnswer Parse(byte[] answer)
    {
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0 || !int.TryParse(Encoding.ASCII.GetString(answer, 0, end).Split(' ').ElementAtOrDefault(1), out var code))
            throw new IOException("the agent's answer cannot be read");
        return new ControlAnswer(code, answer[(end + 4)..]);
    }
}
