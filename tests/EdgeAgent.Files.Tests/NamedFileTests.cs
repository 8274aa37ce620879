using System.Net.Sockets;
using System.Text;

namespace EdgeAgent.Files.Tests;

/// <summary>Whatever a name stands for, it is read only when it is a regular file of the expected size, and nothing ever waits.</summary>
public sealed class NamedFileTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_regular_file_is_read_whole()
    {
        File.WriteAllText(_temp.File("a"), "välue");

        Assert.Equal("välue", NamedFile.ReadText(_temp.File("a"), 100));
        Assert.Equal(Encoding.UTF8.GetBytes("välue"), NamedFile.ReadBytes(_temp.File("a"), 100));
        Assert.Null(NamedFile.Problem(_temp.File("a")));
    }

    [Fact]
    public void A_link_to_a_regular_file_is_a_regular_file()
    {
        File.WriteAllText(_temp.File("a"), "x");
        File.CreateSymbolicLink(_temp.File("b"), _temp.File("a"));

        Assert.Equal("x", NamedFile.ReadText(_temp.File("b"), 100));
    }

    [Fact]
    public void A_file_of_the_kernel_that_says_it_is_empty_is_read_whole() =>
        Assert.Contains("Linux", NamedFile.ReadText("/proc/version", 4096));

    [Fact]
    public void A_pipe_that_nobody_writes_to_is_refused_at_once()
    {
        AssertRefused(NamedPipe.Make(_temp.File("pipe")), "is a named pipe (FIFO); expected a regular file");
    }

    [Theory]
    [InlineData("/dev/zero", "is a character device; expected a regular file")]
    [InlineData("/dev/null", "is a character device")]
    [InlineData("/proc", "is a folder")]
    public void What_is_no_file_is_told_by_what_it_is(string path, string expected) => AssertRefused(path, expected);

    [Fact]
    public void A_socket_is_refused()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_temp.File("s")));

        AssertRefused(_temp.File("s"), "is a socket");
    }

    [Fact]
    public void A_larger_file_than_expected_is_refused_before_it_is_read()
    {
        // Sparse: a terabyte that takes no room.
        using (var file = File.Create(_temp.File("huge")))
            file.SetLength(1L << 40);

        AssertRefused(_temp.File("huge"), "is larger than expected: at most 1 KiB");
    }

    /// <summary>As a log of the outbox may be: its readers reckon with a file that cannot be read, not with a lack of memory.</summary>
    [Fact]
    public void A_file_that_no_array_can_hold_is_refused_though_it_may_be_so_large()
    {
        using (var file = File.Create(_temp.File("huge")))
            file.SetLength(3L << 30);

        var refused = Assert.Throws<NotAFileException>(() => NamedFile.ReadBytes(_temp.File("huge"), FileLimits.Store));
        Assert.Contains("is larger than expected: at most 2 GiB", refused.Message);
    }

    [Fact]
    public void Whose_a_file_is_and_where_it_lies_is_told_through_links()
    {
        Directory.CreateDirectory(_temp.File("a"));
        File.WriteAllText(_temp.File("a/x"), "");
        Directory.CreateSymbolicLink(_temp.File("b"), "a");
        File.CreateSymbolicLink(_temp.File("c"), "b/x");

        using var open = NamedFile.Open(_temp.File("c"), 10);
        Assert.Equal(NamedFile.RealPath(_temp.File("a/x")), NamedFile.RealPath(open));
        Assert.Equal(FileOwner.Of(_temp.File("a/x")), FileOwner.Of(_temp.File("c")));
        Assert.Equal(0u, FileOwner.Of("/proc/version"));
        Assert.Null(FileOwner.Of(_temp.File("none")));
        Assert.Null(NamedFile.RealPath(_temp.File("none")));
    }

    [Fact]
    public void A_file_that_grows_while_it_is_read_is_read_up_to_the_limit()
    {
        var path = _temp.File("growing");
        File.WriteAllBytes(path, new byte[1000]);
        using var stream = NamedFile.Open(path, 1024);
        using (var more = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
            more.Write(new byte[5000]);

        Assert.Contains("larger than expected", Assert.Throws<NotAFileException>(() => stream.CopyTo(Stream.Null)).Message);
    }

    [Fact]
    public void What_is_not_there_or_not_to_be_read_is_told_as_of_any_file()
    {
        Assert.Throws<FileNotFoundException>(() => NamedFile.ReadBytes(_temp.File("none"), 10));
        File.WriteAllText(_temp.File("a"), "x");
        Assert.Throws<DirectoryNotFoundException>(() => NamedFile.ReadBytes(_temp.File("a/b"), 10));
    }

    private static void AssertRefused(string path, string expected) =>
        Assert.StartsWith($"{path} {expected}", Assert.Throws<NotAFileException>(() => NamedFile.ReadBytes(path, 1024)).Message);
}
