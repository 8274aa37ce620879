using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EdgeAgent.Doctor;

namespace EdgeAgent.Tests.Doctor;

/// <summary>Agents that run and do not work: each is told by whoever is asked, and with what helps.</summary>
public sealed class DoctorAgentTests
{
    [Fact]
    public async Task An_agent_that_hangs_is_bad_and_to_be_restarted()
    {
        using var bench = new DoctorBench();
        using var agent = new RunningAgent(bench);
        await agent.UntilAsync("health", said => said.Contains("ready"));
        agent.Signal("STOP");
        try
        {
            var (code, output) = await bench.RunAsync();
            Assert.Equal(1, code);
            var line = Assert.Single(output.Split('\n'), l => l.Contains("agent: "));
            Assert.StartsWith("× agent: the agent did not answer within 10 s: it hangs, or is stopped → restart it", line);
        }
        finally
        {
            agent.Signal("CONT");
        }
    }

    [Fact]
    public async Task Where_no_detector_is_in_service_health_and_readiness_say_so()
    {
        using var bench = new DoctorBench(hasModel: false);
        using var agent = new RunningAgent(bench);

        var code = await agent.UntilAsync("health", said => said.Contains("not ready: nothing is judged"));

        Assert.Equal(1, code);
        var findings = await bench.CheckBesideAgentAsync();
        Assert.Contains(findings, f => f.Area == "agent" && f.Verdict == Verdict.Bad && f.Text.Contains("unhealthy"));
        Assert.Contains(findings, f => f.Area == "agent" && f.Text.Contains("no detector is in service"));
        // A trouble that says nothing of what helps leads nobody to where the same is said.
        Assert.Contains(findings, f => f.Area == "agent" && f.Text.StartsWith("upstream has no connection", StringComparison.Ordinal));
        Assert.DoesNotContain(findings, f => f.Remedy == "see edgeagent status");
    }

    [Fact]
    public async Task A_model_without_golden_windows_is_not_proven()
    {
        using var bench = new DoctorBench();
        File.Delete(Path.Combine(Path.GetDirectoryName(bench.Configuration)!, "sum", "golden.json"));
        var model = Assert.Single(await bench.CheckAsync(), f => f.Area == "model");
        Assert.Equal(Verdict.Warning, model.Verdict);
        Assert.Contains("no golden windows: nothing proves", model.Text);
        Assert.Contains("golden.json", model.Remedy);
    }

    [Theory]
    [InlineData("30", "1024", "may have only 30 threads")]
    [InlineData("max", "200", "may open only 200 files")]
    [InlineData("max", "1024", null)]
    public void Too_few_threads_or_open_files_are_told_beforehand(string pids, string files, string? expected)
    {
        using var root = new TempFolder();
        Write("proc/self/cgroup", "0::/kube/pod/agent\n");
        Write("sys/fs/cgroup/kube/pod/pids.max", $"{pids}\n");
        Write("proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units     \n"
            + "Max processes             unlimited            unlimited            processes \n"
            + $"Max open files            100                  {files,-20} files     \n");

        List<Finding> found = [.. ProcessFindings.Check(new ProcessLimits(Path.GetDirectoryName(root.File("x"))!))];

        if (expected is null) Assert.Empty(found);
        else Assert.Contains(expected, Assert.Single(found, f => f.Verdict == Verdict.Warning).Text);

        void Write(string file, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root.File(file))!);
            File.WriteAllText(root.File(file), text);
        }
    }

    [Fact]
    public async Task Without_descriptors_nothing_spins_and_probes_are_answered_when_there_are_some_again()
    {
        using var bench = new DoctorBench();
        var port = LoopbackPort.Free();
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(bench.Configuration)!, "conf.d"));
        bench.AddFile("conf.d/port.toml", $"[health]\nlisten = \"127.0.0.1:{port}\"\n");
        using var agent = new RunningAgent(bench);
        await agent.UntilAsync("health", said => said.Contains("ready"));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
        Assert.True((await http.GetAsync("/livez")).IsSuccessStatusCode);

        agent.LimitFiles(agent.OpenFiles + 3);
        var held = new List<Socket>();
        for (var i = 0; i < 20; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            held.Add(socket);
        }
        var (before, watch) = (agent.CpuTime, Stopwatch.StartNew());
        await Task.Delay(TimeSpan.FromSeconds(4));
        var share = (agent.CpuTime - before) / watch.Elapsed;

        foreach (var socket in held) socket.Dispose();
        agent.LimitFiles(4096);
        Assert.True((await http.GetAsync("/livez")).IsSuccessStatusCode);
        // Without a pause it is half a core or more.
        Assert.True(share < 0.25, $"{share:0.00} of a core");
    }

    /// <summary>The program, started with a bench's configuration.</summary>
    private sealed class RunningAgent : IDisposable
    {
        private readonly DoctorBench _bench;
        private readonly Process _process;

        public RunningAgent(DoctorBench bench)
        {
            (_bench, _process) = (bench, bench.Start("run"));
            _process.OutputDataReceived += (_, _) => { };
            _process.ErrorDataReceived += (_, _) => { };
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public int OpenFiles => Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;

        public TimeSpan CpuTime
        {
            get
            {
                _process.Refresh();
                return _process.TotalProcessorTime;
            }
        }

        public void Signal(string name) => Call("kill", $"-{name}", Id);

        public void LimitFiles(int limit) => Call("prlimit", "--pid", Id, $"--nofile={limit}:4096");

        /// <summary>Asks until the answer is as expected; gives the exit code.</summary>
        public async Task<int> UntilAsync(string command, Func<string, bool> isExpected)
        {
            var until = Environment.TickCount64 + 60_000;
            while (true)
            {
                using var ask = _bench.Start(command);
                var errors = ask.StandardError.ReadToEndAsync();
                var said = await ask.StandardOutput.ReadToEndAsync() + await errors;
                await ask.WaitForExitAsync();
                if (isExpected(said)) return ask.ExitCode;
                Assert.True(Environment.TickCount64 < until, said);
                await Task.Delay(200);
            }
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        private string Id => _process.Id.ToString(CultureInfo.InvariantCulture);

        private static void Call(string program, params string[] arguments)
        {
            using var call = Process.Start(program, arguments);
            call.WaitForExit();
            Assert.Equal(0, call.ExitCode);
        }
    }
}
