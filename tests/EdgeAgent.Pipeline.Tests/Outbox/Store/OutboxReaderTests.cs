using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Outbox.Store;

/// <summary>Who looks at a store that is not there, or not theirs. Needs root, for a thread becomes another user.</summary>
public sealed partial class OutboxReaderTests : IDisposable
{
    // The call of the kernel changes one thread; the library's would change all of them.
    private static readonly long SetUsers = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 147 : 117;
    private const int Nobody = 65_534;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("0700", "0600")]
    [InlineData("0755", "0600")]
    public void Another_user_is_told_so_and_not_that_there_is_none(string folder, string file)
    {
        var path = _temp.File("state/outbox.db");
        Directory.CreateDirectory(_temp.File("state"));
        using (OutboxStore.Open(path, TimeProvider.System, new LogLines()))
            Salvage.PowerCutTests.Sh($"chmod 0755 {_temp.Path}; chmod {folder} {_temp.File("state")}; chmod {file} {path}*");

        Assert.Contains("this user may not read it", AsNobody(() => Assert.Throws<IOException>(() => new OutboxReader(path)).Message));
        using var reader = new OutboxReader(path);
        Assert.Empty(reader.Owed());
    }

    [Fact]
    public void Where_there_is_none_it_says_so()
    {
        var path = _temp.File("no/outbox.db");
        Assert.Equal($"there is no {path}", Assert.Throws<IOException>(() => new OutboxReader(path)).Message);
    }

    private static string AsNobody(Func<string> work)
    {
        var answer = "";
        var thread = new Thread(() =>
        {
            Assert.Equal(0, SetThreadUsers(SetUsers, Nobody, Nobody, Nobody));
            try
            {
                answer = work();
            }
            catch (Exception e)
            {
                answer = e.ToString();
            }
        });
        thread.Start();
        thread.Join();
        return answer;
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long SetThreadUsers(long number, int real, int effective, int saved);
}
