using System.Runtime.InteropServices;

namespace EdgeAgent.Deploy.Tests.Images;

/// <summary>Both images, built once with buildah from the published folders, in a storage of their own.</summary>
public sealed class BuiltImages : IDisposable
{
    private static readonly string Podman = Repository.File("tests/containers/podman");
    private readonly TempFolder _folder = new();

    public BuiltImages()
    {
        ProgramRun.ToEnd(Repository.File("docker/prepare-root"), "--or-newest", "amd64", "arm64");
        foreach (var arch in new[] { "amd64", "arm64" })
        {
            ProgramRun.ToEnd("buildah", "--root", _folder.File("images"), "--runroot", _folder.File("run"), "--storage-driver", "vfs",
                "bud", "--isolation", "chroot", "--format", "docker", "-f",
                "docker/Dockerfile", "--platform", $"linux/{arch}", "-t", Name(arch), ".");
        }
    }

    /// <summary>
    /// The published folder that an image is made from: below EDGEAGENT_PUBLISH, which tests/run sets, or where publishing leaves it.
    /// </summary>
    public static string Published(string arch) => Path.Combine(
        Environment.GetEnvironmentVariable("EDGEAGENT_PUBLISH") is { Length: > 0 } given
            ? Path.GetFullPath(given) : Repository.File("artifacts/publish"),
        arch == "amd64" ? "linux-x64" : "linux-arm64");

    /// <summary>What runs here: an ARM64 machine has no emulator for x86-64.</summary>
    public static TheoryData<string> Runnable => IsArm ? ["arm64"] : ["amd64", "arm64"];

    public static string Native => IsArm ? "arm64" : "amd64";

    private static bool IsArm => RuntimeInformation.OSArchitecture == Architecture.Arm64;

    public static string Name(string arch) => $"localhost/edgeagent:{arch}";

    /// <summary>The image as it would be pushed: manifest, configuration and compressed layers as files of a folder.</summary>
    internal PushedImage Push(string arch)
    {
        var folder = _folder.File($"pushed-{arch}");
        if (!Directory.Exists(folder)) Ask("push", "--compress", Name(arch), $"dir:{folder}");
        return new PushedImage(folder);
    }

    /// <summary>Runs podman to its end, which must be a good one.</summary>
    public string Ask(params string[] arguments) => ProgramRun.ToEnd(Podman, [_folder.Path, .. arguments]);

    /// <summary>Starts the program in a container that may do nothing: read-only root, no capability, no new one.</summary>
    internal ProgramRun Start(string arch, IEnumerable<string> options, params string[] arguments) =>
        ProgramRun.Start(Podman,
        [
            _folder.Path, "run", "--rm", "--cgroups=disabled", "--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges",
            .. options, .. arch == Native ? [Name(arch)] : Emulated(arch), .. arguments,
        ]);

    /// <summary>The same, to its end.</summary>
    internal (int Code, string Output, string Said) Run(string arch, IEnumerable<string> options, params string[] arguments)
    {
        using var run = Start(arch, options, arguments);
        return (run.WaitForExit(), run.Output, run.Said);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>With the emulator in front, and the processor's cpuinfo, on whose absence ONNX Runtime crashes there.</summary>
    private static string[] Emulated(string arch) =>
    [
        "--volume", "/usr/bin/qemu-aarch64-static:/qemu:ro", "--volume", $"{Repository.File("tests/arm64/cpuinfo.cortex-a72")}:/proc/cpuinfo:ro",
        "--entrypoint", "/qemu", Name(arch), "-cpu", "cortex-a72", "/opt/edgeagent/edgeagent",
    ];
}

[CollectionDefinition(Name)]
public sealed class SharedImages : ICollectionFixture<BuiltImages>
{
    public const string Name = "images";
}
