using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EdgeAgent.Publish.Tests;

/// <summary>Where the published folders lie: below EDGEAGENT_PUBLISH, or published here once when that is not set.</summary>
internal static class Published
{
    private static readonly string[] Targets = ["linux-x64", "linux-arm64"];
    private static readonly Lazy<string> Root = new(FindOrPublish);

    public static string Repository { get; } = FindRepository();

    public static TheoryData<string> All => [.. Targets];

    /// <summary>Those whose program can be run here: an ARM64 machine has no emulator for x86-64.</summary>
    public static TheoryData<string> Runnable =>
        [.. Targets.Where(t => t == "linux-arm64" || RuntimeInformation.OSArchitecture == Architecture.X64)];

    /// <summary>The one for this machine's processor.</summary>
    public static string Native => RuntimeInformation.OSArchitecture == Architecture.X64 ? "linux-x64" : "linux-arm64";

    public static string Folder(string target) => Path.Combine(Root.Value, target);
    public static string Program(string target) => Path.Combine(Folder(target), "edgeagent");
    public static string Model(string target) => Path.Combine(Folder(target), "models", "pump-health");
    public static string Recording(string name) => Path.Combine(Repository, "deploy", "demo", name);

    private static string FindOrPublish()
    {
        if (Environment.GetEnvironmentVariable("EDGEAGENT_PUBLISH") is { Length: > 0 } given) return Path.GetFullPath(given);
        foreach (var target in Targets)
        {
            var start = new ProcessStartInfo("dotnet", ["publish", "src/EdgeAgent", $"-p:PublishProfile={target}"]) { WorkingDirectory = Repository, RedirectStandardOutput = true };
            using var publish = Process.Start(start)!;
            var output = publish.StandardOutput.ReadToEnd();
            publish.WaitForExit();
            Assert.True(publish.ExitCode == 0, output);
        }
        return Path.Combine(Repository, "artifacts", "publish");
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "EdgeAgent.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("the tests must lie in the repository: no EdgeAgent.sln above them");
    }
}
