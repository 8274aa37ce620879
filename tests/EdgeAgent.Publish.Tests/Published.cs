using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EdgeAgent.Publish.Tests;

/// <summary>Where the published folders lie: below EDGEAGENT_PUBLISH, or published here once when that is not set.</summary>
internal static class Published
{
    private static readonly string[] Targets = ["linux-x64", "linux-arm64"];
    private static readonly Dictionary<string, string> NoVariables = [];
    private static readonly Lazy<string> Root = new(FindOrPublish);

    public static TheoryData<string> All => [.. Targets];

    /// <summary>Those whose program can be run here: an ARM64 machine has no emulator for x86-64.</summary>
    public static TheoryData<string> Runnable =>
        [.. Targets.Where(t => t == "linux-arm64" || RuntimeInformation.OSArchitecture == Architecture.X64)];

    /// <summary>The one for this machine's processor.</summary>
    public static string Native => RuntimeInformation.OSArchitecture == Architecture.X64 ? "linux-x64" : "linux-arm64";

    public static string Folder(string target) => Path.Combine(Root.Value, target);
    public static string Program(string target) => Path.Combine(Folder(target), "edgeagent");
    public static string Model(string target) => Path.Combine(Folder(target), "models", "pump-health");
    public static string Recording(string name) => Path.Combine(Repository.Root, "deploy", "demo", name);

    /// <summary>Starts the agent; the ARM64 one goes through tests/arm64/run-arm64.</summary>
    public static ProgramRun Start(string target, params IEnumerable<string> arguments) => Start(target, NoVariables, arguments);

    public static ProgramRun Start(string target, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments) =>
        target == "linux-arm64"
            ? ProgramRun.Start(Repository.File("tests/arm64/run-arm64"), environment, [Program(target), .. arguments])
            : ProgramRun.Start(Program(target), environment, arguments);

    /// <summary>Runs the agent to its end and gives the exit code.</summary>
    public static int Run(string target, out string said, params IEnumerable<string> arguments)
    {
        using var run = Start(target, arguments);
        var code = run.WaitForExit();
        said = run.Said;
        return code;
    }

    private static string FindOrPublish()
    {
        if (Environment.GetEnvironmentVariable("EDGEAGENT_PUBLISH") is { Length: > 0 } given) return Path.GetFullPath(given);
        foreach (var target in Targets)
        {
            var start = new ProcessStartInfo("dotnet", ["publish", "src/EdgeAgent", $"-p:PublishProfile={target}"])
            {
                WorkingDirectory = Repository.Root, RedirectStandardOutput = true,
            };
            using var publish = Process.Start(start)!;
            var output = publish.StandardOutput.ReadToEnd();
            publish.WaitForExit();
            Assert.True(publish.ExitCode == 0, output);
        }
        return Path.Combine(Repository.Root, "artifacts", "publish");
    }
}
