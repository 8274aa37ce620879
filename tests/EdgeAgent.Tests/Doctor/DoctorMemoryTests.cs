using EdgeAgent.Doctor;

namespace EdgeAgent.Tests.Doctor;

/// <summary>What memory devices may take, against what the agent may have; and who else may write where it keeps its state.</summary>
public sealed class DoctorMemoryTests
{
    [Theory]
    [InlineData("sys/fs/cgroup/system.slice/edgeagent.service/memory.max", "0::/user.slice")]
    [InlineData("sys/fs/cgroup/memory.max", "0::/")]
    [InlineData("sys/fs/cgroup/kube/pod/memory.high", "0::/kube/pod/agent")]
    [InlineData("sys/fs/cgroup/memory/docker/memory.limit_in_bytes", "9:memory:/docker/agent")]
    public void The_least_limit_that_holds_is_found_wherever_it_is_set(string file, string group)
    {
        using var root = new Root(group);
        root.Write("sys/fs/cgroup/kube/memory.max", "max\n");
        root.Write(file, "104857600\n");
        Assert.Equal(new MemoryLimit(100 << 20, root.Path(file)), new MemoryLimits(root.Path("")).Least());
    }

    [Fact]
    public void Without_a_limit_the_machines_own_memory_is_one()
    {
        using var root = new Root("0::/");
        root.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        Assert.Equal(2000L << 20, new MemoryLimits(root.Path("")).Least()!.Bytes);
    }

    [Fact]
    public async Task A_limit_that_the_devices_may_outgrow_is_told_with_how_many_fit()
    {
        using var bench = new DoctorBench();
        using var root = new Root("0::/");
        root.Write("sys/fs/cgroup/memory.max", $"{80 << 20}\n");
        var options = EdgeAgent.Configuration.ConfigurationFile.Load(bench.Configuration, new Dictionary<string, string>()).Options!;
        options.Lanes = 1;

        var found = MemoryFindings.Check(options, new MemoryLimits(root.Path(""))).First();

        Assert.Equal(Verdict.Warning, found.Verdict);
        Assert.Matches(
            @"^up to [\d.]+ MiB for 10,000 devices \(device_limit of pumps\) × 1 detector, .*it may have only 80 MiB", found.Text);
        var fitting = int.Parse(found.Remedy!.Split("set device_limit of pumps to ")[1].Split(' ')[0]);
        Assert.InRange(fitting, 100, 9_990);
        options.Sources[0].DeviceLimit = fitting;
        Assert.Equal(Verdict.Fine, MemoryFindings.Check(options, new MemoryLimits(root.Path(""))).First().Verdict);
        Assert.Contains(await bench.CheckAsync(), f => f.Area == "memory" && f.Text.StartsWith("up to", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_tells_how_much_memory_the_devices_may_take()
    {
        using var bench = new DoctorBench();
        using var check = bench.Start("check");
        var output = await check.StandardOutput.ReadToEndAsync();
        await check.WaitForExitAsync();
        Assert.Matches(
            @"√ memory: up to [\d.]+ MiB for 10,000 devices \(device_limit of pumps\) × 1 detector, of which [\d.]+ MiB lie", output);
    }

    [Fact]
    public async Task Folders_that_everyone_may_write_to_and_files_that_everyone_may_read_are_told()
    {
        using var bench = new DoctorBench();
        Assert.DoesNotContain(await bench.CheckAsync(), f => f.Area == "rights" && f.Text.Contains("written"));
        File.WriteAllText(bench.Store, "");
        File.SetUnixFileMode(bench.State, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(bench.Store, (UnixFileMode)0b110_100_100);
        var readable = Assert.Single(await bench.CheckAsync(), f => f.Area == "rights");
        Assert.Equal((Verdict.Warning, $"{bench.Store} may be read by everyone on this machine"), (readable.Verdict, readable.Text));

        File.SetUnixFileMode(bench.State, (UnixFileMode)0b111_111_111);
        var writable = Assert.Single(await bench.CheckAsync(), f => f.Area == "rights");
        Assert.Equal((Verdict.Bad, $"chmod o-rwx {bench.State}"), (writable.Verdict, writable.Remedy));
    }

    /// <summary>Files as the kernel shows them.</summary>
    private sealed class Root : IDisposable
    {
        private readonly TempFolder _folder = new();

        public Root(string group)
        {
            Write("proc/self/cgroup", $"12:cpuset:/\n{group}\n");
            Write("proc/meminfo", "MemFree:  1 kB\nMemTotal:        2048000 kB\n");
        }

        public string Path(string file) => file.Length == 0 ? System.IO.Path.GetDirectoryName(_folder.File("x"))! : _folder.File(file);

        public void Write(string file, string text)
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(file))!);
            File.WriteAllText(Path(file), text);
        }

        public void Dispose() => _folder.Dispose();
    }
}
