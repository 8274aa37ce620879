using System.Runtime.InteropServices;
using Xunit.Abstractions;

namespace EdgeAgent.Publish.Tests;

/// <summary>
/// The published folder with the C library of Debian 11 (glibc 2.31, as Ubuntu 20.04 and JetPack 5) and without OpenSSL,
/// the ARM64 one on a Cortex-A53, with the pages that ARM64 kernels have.
/// </summary>
public sealed class OldSystemTests(ITestOutputHelper output) : IDisposable
{
    private const string Recording = "valve1-3.csv";
    private readonly TempFolder _work = new();

    /// <summary>Target and size of a page.</summary>
    public static TheoryData<string, int> Systems
    {
        get
        {
            var systems = new TheoryData<string, int> { { "linux-arm64", 4096 }, { "linux-arm64", 16384 }, { "linux-arm64", 65536 } };
            if (RuntimeInformation.OSArchitecture == Architecture.X64) systems.Add("linux-x64", 4096);
            return systems;
        }
    }

    public static TheoryData<string> Targets => Published.Runnable;

    public void Dispose() => _work.Dispose();

    [Theory, MemberData(nameof(Systems))]
    public void Replay_on_an_old_system_gives_the_events_and_scores_of_this_one(string target, int pageBytes)
    {
        File.Copy(Published.Recording(Recording), _work.File(Recording));
        var (old, code) = OnDebian11(target, pageBytes, "replay", "--model", "/opt/edgeagent/models/pump-health",
            "--events", "/data/events.jsonl", "--scores", "/data/scores.csv", $"/data/{Recording}");
        Assert.True(code == 0, old);
        var here = Published.Run(
            Published.Runnable.Count > 1 ? "linux-x64" : target, out var said, "replay", "--model", Published.Model(target),
            "--events", _work.File("here.jsonl"), "--scores", _work.File("here.csv"), Published.Recording(Recording));
        Assert.True(here == 0, said);

        var events = File.ReadAllLines(_work.File("events.jsonl"));
        output.WriteLine($"{target} with glibc 2.31 and pages of {pageBytes} bytes: {events.Length} events");
        Assert.NotEmpty(events);
        Assert.Equal(File.ReadAllLines(_work.File("here.jsonl")), events);
        Assert.Equal(File.ReadAllText(_work.File("here.csv")), File.ReadAllText(_work.File("scores.csv")));
    }

    [Theory, MemberData(nameof(Targets))]
    public void Configuration_is_checked_and_missing_OpenSSL_told_before_the_start(string target)
    {
        _work.Write("plain.toml", Configuration(tls: false));
        _work.Write("tls.toml", Configuration(tls: true));
        var (plain, plainCode) = OnDebian11(target, 4096, "check", "--config", "/data/plain.toml");
        Assert.True(plainCode == 0, plain);
        Assert.Contains("golden windows hold", plain);
        Assert.DoesNotContain("OpenSSL", plain);
        var (tls, tlsCode) = OnDebian11(target, 4096, "check", "--config", "/data/tls.toml");
        Assert.True(tlsCode == 0, tls);
        Assert.Contains("‼ TLS needs OpenSSL", tls);
    }

    [Theory, MemberData(nameof(Targets))]
    public void Agent_without_OpenSSL_starts_keeps_its_books_and_says_what_TLS_lacks(string target)
    {
        _work.Write("tls.toml", Configuration(tls: true));
        using var agent = Start(target, 4096, "run", "--config", "/data/tls.toml");
        agent.WaitFor("source pumps has no connection to mqtts://127.0.0.1:1: TLS needs OpenSSL");
        agent.WaitFor("upstream has no connection to mqtts://127.0.0.1:1: TLS needs OpenSSL");
        var (health, code) = OnDebian11(target, 4096, "health", "--config", "/data/tls.toml");
        Assert.True(code == 0, health + agent.Errors);
        Assert.Contains("TLS needs OpenSSL", health);
        Assert.Equal(0, agent.Terminate());
        Assert.True(File.Exists(_work.File("state/outbox.db")), "the outbox, and with it SQLite, was not there");
    }

    [Theory, MemberData(nameof(Targets))]
    public void Version_names_a_SQLite_without_the_fault_of_its_log_and_starts_no_telemetry(string target)
    {
        var (said, code) = OnDebian11(target, 4096, "version");
        Assert.True(code == 0, said);
        output.WriteLine(said);
        // Where no certificates are, ONNX Runtime says so if it means to send usage events.
        Assert.DoesNotContain("telemetry", said);
        var sqlite = said.Split('\n').Single(l => l.StartsWith("sqlite ", StringComparison.Ordinal))["sqlite ".Length..];
        Assert.True(Version.Parse(sqlite) >= new Version(3, 51, 3), sqlite);
    }

    private static string Configuration(bool tls) =>
        Some.Configuration("/opt/edgeagent/models/pump-health", port: 1)
            .Replace("\"mqtt://", tls ? "\"mqtts://" : "\"mqtt://", StringComparison.Ordinal)
            .Replace("state = \"state\"", "state = \"/data/state\"", StringComparison.Ordinal)
            .Replace("runtime = \"runtime\"", "runtime = \"/data/runtime\"", StringComparison.Ordinal);

    private (string Said, int Code) OnDebian11(string target, int pageBytes, params string[] arguments)
    {
        using var run = Start(target, pageBytes, arguments);
        var code = run.WaitForExit();
        return (run.Output + run.Errors, code);
    }

    private ProgramRun Start(string target, int pageBytes, params string[] arguments) => ProgramRun.Start(
        Path.Combine(Repository.Root, "tests", "debian11", "run-debian11"),
        new Dictionary<string, string> { ["EDGEAGENT_ARM64_PAGE"] = $"{pageBytes}" },
        [target, Published.Folder(target), _work.Path, .. arguments]);
}
