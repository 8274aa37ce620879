using EdgeAgent.Control;
using EdgeAgent.TestData;

namespace EdgeAgent.Tests.Control;

public sealed class ControlSocketTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_socket_lies_in_the_state_folder()
    {
        Assert.Equal(_temp.File("control.sock"), ControlSocket.Choose(_temp.Path, out var isElsewhere));
        Assert.False(isElsewhere);
        Assert.Equal(_temp.File("control.sock"), ControlSocket.Find(_temp.Path));
    }

    [Fact]
    public void A_path_too_long_for_a_socket_leads_elsewhere_and_a_note_says_where()
    {
        var folder = _temp.File(new string('d', 100));
        Directory.CreateDirectory(folder);

        var socket = ControlSocket.Choose(folder, out var isElsewhere);

        Assert.True(isElsewhere);
        Assert.InRange(socket.Length, 1, 107);
        Assert.Equal(socket, ControlSocket.Choose(folder, out _));
        Assert.NotEqual(socket, ControlSocket.Choose(folder + "2", out _));
        File.WriteAllText(socket, "");
        ControlSocket.Publish(socket, isElsewhere, folder);
        Assert.Equal(socket, ControlSocket.Find(folder));

        ControlSocket.Clear(socket, folder);
        Assert.False(File.Exists(socket));
        Assert.NotEqual(socket, ControlSocket.Find(folder));
    }

    [Fact]
    public void The_limit_is_of_bytes()
    {
        // 1 byte below the limit and 1 above it, with letters of two bytes.
        var room = 107 - System.Text.Encoding.UTF8.GetByteCount(_temp.Path) - "//control.sock".Length;
        var fits = _temp.File(new string('ö', room / 2) + new string('o', room % 2));

        ControlSocket.Choose(fits, out var isElsewhere);
        Assert.False(isElsewhere);
        ControlSocket.Choose(fits + "o", out isElsewhere);
        Assert.True(isElsewhere);
    }

    [Fact]
    public async Task Nobody_answers_where_no_agent_runs()
    {
        Assert.Null(await new ControlClient(_temp.Path).AskAsync("GET", "/livez"));
        Assert.Null(await new ControlClient(_temp.File("no/such/folder")).AskAsync("GET", "/livez"));
        Assert.Null(await new ControlClient(_temp.File(new string('d', 150))).AskAsync("GET", "/livez"));
        File.WriteAllText(_temp.File("control.sock"), "no socket");
        Assert.Null(await new ControlClient(_temp.Path).AskAsync("GET", "/livez"));
    }
}
