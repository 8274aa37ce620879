using EdgeAgent.Cli;
using EdgeAgent.Doctor;
using EdgeAgent.Inference.Trials;

namespace EdgeAgent.Tests.Doctor;

/// <summary>What memory devices may take, against what the agent may have; and who else may write where it keeps its state.</summary>
public sealed class DoctorMemoryTests
{
    private static readonly Dictionary<string, TrialVerdict> Untried = [];

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
        Assert.Equal(
            new MemoryLimit(100 << 20, root.Path(file), IsSoft: file.EndsWith("high", StringComparison.Ordinal)),
            new MemoryLimits(root.Path("")).Least());
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

        var found = MemoryFindings.Check(options, new MemoryLimits(root.Path("")), Untried).First();

        Assert.Equal(Verdict.Warning, found.Verdict);
        Assert.Matches(
            @"^up to [\d.]+ MiB for 10,000 devices \(device_limit of pumps\) × 1 detector, .*it may have only 80 MiB", found.Text);
        var fitting = int.Parse(found.Remedy!.Split("set device_limit of pumps to ")[1].Split(' ')[0]);
        Assert.InRange(fitting, 100, 9_990);
        options.Sources[0].DeviceLimit = fitting;
        Assert.Equal(Verdict.Fine, MemoryFindings.Check(options, new MemoryLimits(root.Path("")), Untried).First().Verdict);
        Assert.Contains(await bench.CheckAsync(), f => f.Area == "memory" && f.Text.StartsWith("up to", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("memory.max", "the kernel ends it", "MemoryMax of the unit")]
    [InlineData("memory.high", "the kernel slows it down", "MemoryHigh of the unit")]
    public void What_happens_beyond_a_limit_is_told_as_it_is(string file, string happens, string remedy)
    {
        using var bench = new DoctorBench();
        using var root = new Root("0::/");
        root.Write($"sys/fs/cgroup/{file}", $"{80 << 20}\n");
        var options = EdgeAgent.Configuration.ConfigurationFile.Load(bench.Configuration, new Dictionary<string, string>()).Options!;

        var found = MemoryFindings.Check(options, new MemoryLimits(root.Path("")), Untried).First();

        Assert.Contains(happens, found.Text);
        Assert.Contains(remedy, found.Remedy);
    }

    [Fact]
    public void A_batch_that_a_trial_has_found_fixed_counts_and_a_bundle_that_it_refused_does_not()
    {
        using var bench = new DoctorBench();
        var options = EdgeAgent.Configuration.ConfigurationFile.Load(bench.Configuration, new Dictionary<string, string>()).Options!;
        options.Lanes = 1;
        var model = options.Detectors[0].Model;
        var usual = MemoryWords.BoundOf(options, Untried);

        Assert.True(MemoryWords.BoundOf(options, Verdict(new() { Folder = model, Batch = 100_064 })).FixedBytes
            > usual.FixedBytes + 100_000 * sizeof(float));
        Assert.Equal(0, MemoryWords.BoundOf(options, Verdict(TrialVerdict.Refused(model, "no"))).Sources[0].Detectors);

        Dictionary<string, TrialVerdict> Verdict(TrialVerdict verdict) => new() { [model] = verdict };
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
