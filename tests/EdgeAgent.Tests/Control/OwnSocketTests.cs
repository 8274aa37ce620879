using EdgeAgent.Control;
using EdgeAgent.TestData;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Tests.Control;

/// <summary>The agent's own socket is served again when somebody has taken it away.</summary>
public sealed class OwnSocketTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("the socket")]
    [InlineData("the folder")]
    [InlineData("the socket, with a file in its place")]
    public async Task A_socket_that_was_taken_away_is_made_anew(string what)
    {
        var folder = _temp.File("state");
        Directory.CreateDirectory(folder);
        await using var socket = Make(folder);
        await socket.KeepAsync();
        Assert.Equal("live", await Ask(folder));
        if (what == "the folder") Directory.Delete(folder, recursive: true);
        else File.Delete(Path.Combine(folder, "control.sock"));
        if (what.EndsWith("place", StringComparison.Ordinal)) await File.WriteAllTextAsync(Path.Combine(folder, "control.sock"), "");
        Assert.Null(await Ask(folder));

        await socket.KeepAsync();

        Assert.Equal("live", await Ask(folder));
        Assert.Null(socket.Trouble);
        Assert.Equal(ControlSocket.Mode, File.GetUnixFileMode(Path.Combine(folder, "control.sock")));
    }

    [Fact]
    public async Task A_socket_that_is_there_is_left_alone()
    {
        await using var socket = Make(_temp.Path);
        await socket.KeepAsync();
        using var stays = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        await stays.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(_temp.File("control.sock")));
        for (var i = 0; i < 3; i++) await socket.KeepAsync();
        await stays.SendAsync("GET /livez HTTP/1.0\r\n\r\n"u8.ToArray());
        Assert.True(await stays.ReceiveAsync(new byte[100]) > 0);
    }

    [Fact]
    public async Task Where_it_cannot_be_had_it_is_a_trouble_until_it_can()
    {
        var inTheWay = Directory.CreateDirectory(_temp.File("control.sock")).CreateSubdirectory("full").Parent!;
        await using var socket = Make(_temp.Path);
        await socket.KeepAsync();
        Assert.Contains("cannot be listened on", socket.Trouble);

        inTheWay.Delete(recursive: true);
        await socket.KeepAsync();

        Assert.Null(socket.Trouble);
        Assert.Equal("live", await Ask(_temp.Path));
    }

    private static OwnSocket Make(string folder) => new(
        folder, context => ControlRequests.TextAsync(context, StatusCodes.Status200OK, "live\n"), NullLoggerFactory.Instance);

    private static async Task<string?> Ask(string folder) => (await new ControlClient(folder).AskAsync("GET", "/livez"))?.Text;
}
