using System.Diagnostics;
using EdgeAgent.TestData;
using EdgeAgent.Trials;
using Xunit.Abstractions;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>Models that hang, fail, lie and ask for everything beside an honest detector: at check, start, reload and in service.</summary>
public sealed class HostileBundleTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _bundles = new();

    public void Dispose() => _bundles.Dispose();

    [Fact]
    public async Task Check_names_each_bundle_that_cannot_be_used_and_ends_with_78()
    {
        var bundles = WriteAll();
        using var scenario = new Scenario();
        scenario.Configure(upstream: Source(scenario) + Detectors(bundles.Keys), rule: false);

        var (exitCode, said) = await AgentProcess.Run("check", "--config", scenario.ConfigurationFile);

        Assert.Equal(78, exitCode);
        Assert.All(bundles, b => Assert.True(
            said.Split('\n').Any(l => l.StartsWith($"× {_bundles.File(b.Key)}", StringComparison.Ordinal)
                && l.Contains(b.Value, StringComparison.Ordinal)), $"{b.Key}: {b.Value} is not in\n{said}"));
        Assert.Contains("pump-health", said);
    }

    [Fact]
    public async Task At_the_start_they_are_out_of_service_and_the_honest_device_is_judged()
    {
        var bundles = WriteAll();
        var scenario = new Scenario();
        await using var hostile = await HostileCase.Start(scenario, Source(scenario) + Detectors(bundles.Keys), output);

        await hostile.Last(TimeSpan.FromSeconds(3));

        foreach (var bundle in bundles.Keys) await hostile.HealthSays(_bundles.File(bundle));
        hostile.Ends();
    }

    [Fact]
    public async Task A_reload_with_them_is_refused_and_a_good_one_behind_it_is_taken()
    {
        var bundles = WriteAll();
        var good = TinyBundle.Write(_bundles.File("good"), TinyBundle.Sum("v"), TinyOnnx.Linear([1]));
        var scenario = new Scenario();
        await using var hostile = await HostileCase.Start(scenario, Source(scenario), output);
        var before = await File.ReadAllTextAsync(hostile.Scenario.ConfigurationFile);

        await File.WriteAllTextAsync(hostile.Scenario.ConfigurationFile, before + Detectors(bundles.Keys));
        await hostile.Agent.Signal("HUP");
        await hostile.Agent.Says("is refused for the reasons above");
        foreach (var bundle in bundles.Keys) await hostile.Agent.Says(_bundles.File(bundle));
        await hostile.HealthSays("was refused at");

        await File.WriteAllTextAsync(hostile.Scenario.ConfigurationFile, before + Detectors([Path.GetFileName(good)]));
        await hostile.Agent.Signal("HUP");
        await hostile.Agent.Says("is taken over:");
        hostile.Ends();
    }

    [Fact]
    public async Task A_run_that_never_ends_is_ended_its_detector_is_out_of_service_and_the_stop_takes_no_longer_for_it()
    {
        TinyBundle.Write(_bundles.File("trap"), TinyBundle.Sum("v"), HostileOnnx.EndlessAbove100());
        var scenario = new Scenario();
        await using var hostile = await HostileCase.Start(scenario, Source(scenario) + Detectors(["trap"]), output);
        // Enough devices for one of them to share the honest one's lane, however many lanes there are.
        for (var round = 0; round < 8; round++)
        {
            var payload = round < 3 ? "{\"v\": 0}"u8.ToArray() : "{\"v\": 500}"u8.ToArray();
            for (var device = 0; device < 64; device++)
                await Plant.Publish(scenario.Sensors, $"evil/device-{device}", payload);
            await hostile.Last(TimeSpan.FromSeconds(1));
        }

        await hostile.HealthSays("out of service: trap: a run took longer than 0.5 s and was ended");
        hostile.Ends();
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await hostile.Agent.Stop());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"the stop took {watch.Elapsed.TotalSeconds:0.0} s");
    }

    [Fact]
    public void A_confined_process_can_read_and_compute_and_nothing_else() => Assert.Equal(["reads x", "has threads"], Confined());

    [Fact]
    public void A_filter_that_not_all_threads_take_is_told_and_holds_for_the_one_that_tries() => Assert.Equal(
        [
            "missing: a filter of system calls: it holds for the thread that tries, and not for the others: "
                + "another thread has a filter of its own",
            "reads x", "has threads",
        ],
        Confined("apart"));

    /// <summary>What a confined process says that tries everything.</summary>
    private string[] Confined(params string[] how)
    {
        var program = typeof(HostileBundleTests).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", ["exec", program, ConfinedProgram.Command, _bundles.Path, .. how])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[TrialChild.SharesNoMemory] = "0";
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return said;
    }

    private static string Source(Scenario scenario) => $$"""

        [sources.evil]
        mqtt = { url = "{{scenario.Sensors.Url}}", topics = ["evil/+"] }
        device = "topic[1]"
        channels = ["v"]

        """;

    /// <summary>A detector for each bundle, of the same name.</summary>
    private string Detectors(IEnumerable<string> bundles) => string.Concat(bundles.Select(b => $$"""

        [detectors.{{b}}]
        source = "evil"
        model = "{{_bundles.File(b)}}"

        """));

    /// <summary>Bundles that cannot be used, and what says so.</summary>
    private Dictionary<string, string> WriteAll()
    {
        Write("failing", HostileOnnx.Failing());
        Write("batch", TinyOnnx.Linear([1], batch: 2_000_000_000));
        Write("sequence", HostileOnnx.OfSequences());
        Write("weights", HostileOnnx.WithSecondFile("../elsewhere"));
        Write("endless", HostileOnnx.Endless());
        Write("greedy", HostileOnnx.Greedy(8L << 30));
        TinyBundle.Write(_bundles.File("digest"), TinyBundle.Sum("v") with { Sha256 = new string('0', 64) }, TinyOnnx.Linear([1]));
        Write("nan", TinyOnnx.Linear([float.NaN]));
        File.WriteAllText(_bundles.File("nan/golden.json"), """{"windows": [{"z": [[1]], "output": 1}], "tolerance": 0.1}""");
        Write("null-row", TinyOnnx.Linear([1]));
        File.WriteAllText(_bundles.File("null-row/golden.json"), """{"windows": [{"z": [null], "output": 1}], "tolerance": 0.1}""");
        Write("pipe", TinyOnnx.Linear([1]));
        File.Delete(_bundles.File("pipe/model.onnx"));
        NamedPipe.Make(_bundles.File("pipe/model.onnx"));
        return new()
        {
            ["failing"] = "cannot be used", ["batch"] = "its batch is fixed at 2000000000 windows", ["sequence"] = "model.onnx",
            ["weights"] = "lies outside the bundle", ["endless"] = "took longer than 10 s", ["greedy"] = "greedy",
            ["digest"] = "its SHA-256 is", ["nan"] = "gives NaN here", ["null-row"] = "a row that is null",
            ["pipe"] = "is a named pipe (FIFO)",
        };
    }

    private void Write(string name, byte[] model) => TinyBundle.Write(_bundles.File(name), TinyBundle.Sum("v"), model);
}
