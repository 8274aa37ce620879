using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Sources.Mqtt;
using EdgeAgent.Pipeline.State;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>Whose the folders are, and who else gets at what is in them.</summary>
public sealed class FolderRightsTests
{
    [Fact]
    public void In_a_folder_that_everyone_may_write_to_links_are_not_followed()
    {
        using var temp = new TempFolder();
        var (folder, victim) = (Directory.CreateDirectory(temp.File("state")).FullName, temp.File("victim"));
        File.WriteAllText(victim, "precious");
        File.CreateSymbolicLink(Path.Combine(folder, "dead-letter.jsonl"), victim);
        var log = new LogLines();
        FolderRights.Secure(folder, log);
        Assert.Empty(log.Lines);

        File.SetUnixFileMode(folder, PrivateFiles.FolderMode | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        FolderRights.Secure(folder, log);

        Assert.Equal("precious", File.ReadAllText(victim));
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Assert.Contains(log.Lines, l => l.Contains($"{folder} may be written by everyone", StringComparison.Ordinal));
        Assert.Contains(log.Lines, l => l.Contains($"led to {victim} and is removed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Links_and_pipes_planted_in_the_runtime_folder_are_neither_followed_nor_waited_for()
    {
        using var temp = new TempFolder();
        var (folder, victim) = (Directory.CreateDirectory(temp.File("runtime")).FullName, temp.File("outbox.db"));
        File.WriteAllText(victim, "precious");
        File.CreateSymbolicLink(Path.Combine(folder, "probe"), victim);
        Assert.Equal(folder, RuntimeFolder.Choose(folder, temp.File("state"), new LogLines()));
        File.Delete(Path.Combine(folder, "probe"));
        NamedPipe.Make(Path.Combine(folder, "probe"));
        Assert.Equal(folder, await NamedPipe.NeverWaits(() => RuntimeFolder.Choose(folder, temp.File("state"), new LogLines())));

        foreach (var name in new[] { "names.new", "checkpoint.new", "lane" })
            File.CreateSymbolicLink(Path.Combine(folder, name), victim);
        Assert.True(NameFile.TryWrite(Path.Combine(folder, "names"), ["pump"], out _));
        DurableFile.Replace(Path.Combine(folder, "checkpoint"), stream => stream.WriteByte(1));
        using (var mapped = new MappedFile(Path.Combine(folder, "lane"), new LogLines())) Assert.True(mapped.IsKept);

        Assert.Equal("precious", File.ReadAllText(victim));
        Assert.Equal(["pump"], NameFile.Read(Path.Combine(folder, "names")));
        Assert.All(Directory.GetFileSystemEntries(folder), e => Assert.Null(new FileInfo(e).LinkTarget));
    }

    [Fact]
    public void What_a_lane_keeps_is_its_users_alone()
    {
        using var bench = new StateBench();
        for (var i = 0; i < 50; i++) bench.Send("pump", i, i % 2);
        bench.Flush();
        CheckpointFile.Write(bench.Checkpoint, bench.State.Files, isOrderly: false);
        foreach (var file in Directory.GetFiles(bench.Options.RuntimeFolder).Append(bench.Checkpoint))
            Assert.Equal((file, PrivateFiles.Mode), (file, File.GetUnixFileMode(file)));
        Assert.Equal(PrivateFiles.FolderMode, File.GetUnixFileMode(bench.Options.RuntimeFolder));
    }

    [Fact]
    public void A_folder_is_locked_though_its_lock_file_is_taken_away()
    {
        using var temp = new TempFolder();
        var folder = Directory.CreateDirectory(temp.File("state")).FullName;
        using (StateLock.Take(folder))
        {
            Assert.Equal(PrivateFiles.Mode, File.GetUnixFileMode(Path.Combine(folder, "lock")));
            File.Delete(Path.Combine(folder, "lock"));
            Assert.Contains("another agent runs on it", Assert.Throws<IOException>(() => StateLock.Take(folder)).Message);
        }
        StateLock.Take(folder).Dispose();
    }

    /// <summary>The file of a program that runs cannot be opened for writing: no agent has it.</summary>
    [Fact]
    public void A_lock_file_that_cannot_be_opened_is_no_other_agent_and_the_folders_lock_does()
    {
        using var temp = new TempFolder();
        var folder = Directory.CreateDirectory(temp.File("state")).FullName;
        File.Copy("/bin/sleep", Path.Combine(folder, "lock"));
        using var program = System.Diagnostics.Process.Start(Path.Combine(folder, "lock"), "60");
        try
        {
            using (StateLock.Take(folder))
                Assert.Contains("another agent runs on it", Assert.Throws<IOException>(() => StateLock.Take(folder)).Message);
        }
        finally
        {
            program.Kill();
        }
    }

    [Fact]
    public async Task A_lock_that_is_given_back_is_free_at_once_though_programs_are_being_started()
    {
        using var temp = new TempFolder();
        var folder = Directory.CreateDirectory(temp.File("state")).FullName;
        // Between its fork and its exec a child has all handles.
        var starting = Task.Run(async () =>
        {
            for (var i = 0; i < 150; i++)
            {
                using var child = System.Diagnostics.Process.Start("true");
                await child.WaitForExitAsync();
            }
        });
        while (!starting.IsCompleted) StateLock.Take(folder).Dispose();
        await starting;
    }
}
