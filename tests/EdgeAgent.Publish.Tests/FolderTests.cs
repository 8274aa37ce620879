using Xunit.Abstractions;

namespace EdgeAgent.Publish.Tests;

/// <summary>What lies in a published folder, and what its files ask of a device.</summary>
public sealed class FolderTests(ITestOutputHelper output)
{
    private const long ProgramBytesLimit = 32_000_000;
    /// <summary>Some ARM64 kernels have pages of 16 or 64 KiB, x86-64 only such of 4.</summary>
    private const ulong Arm64PageBytes = 64 * 1024, X64PageBytes = 4 * 1024;
    /// <summary>Debian 11, Ubuntu 20.04 and JetPack 5 have 2.31.</summary>
    private static readonly Version GlibcLimit = new(2, 31);
    /// <summary>The libstdc++ of GCC 10, in Debian 11, Ubuntu 20.04 and JetPack 5.</summary>
    private static readonly Version LibstdcxxLimit = new(3, 4, 28);

    public static TheoryData<string> Targets => Published.All;

    [Theory, MemberData(nameof(Targets))]
    public void Program_is_no_larger_than_promised(string target)
    {
        var bytes = new FileInfo(Published.Program(target)).Length;
        output.WriteLine($"{target}: the program has {bytes} bytes, its folder {Files(target).Sum(f => new FileInfo(f).Length)}");
        Assert.InRange(bytes, 1, ProgramBytesLimit);
    }

    [Theory, MemberData(nameof(Targets))]
    public void Folder_holds_the_program_its_libraries_and_the_models_and_nothing_else(string target)
    {
        var expected = new[]
        {
            "edgeagent", "libonnxruntime.so",
            "models/many-channels/README.md", "models/many-channels/golden.json",
            "models/many-channels/manifest.json", "models/many-channels/model.onnx",
            "models/pump-health/README.md", "models/pump-health/golden.json",
            "models/pump-health/manifest.json", "models/pump-health/model.onnx",
            "models/single-channel/README.md", "models/single-channel/golden.json",
            "models/single-channel/manifest.json", "models/single-channel/model.onnx",
            "models/vibration/README.md", "models/vibration/golden.json", "models/vibration/manifest.json", "models/vibration/model.onnx",
        };
        Assert.Equal(expected, Files(target).Select(f => Path.GetRelativePath(Published.Folder(target), f)).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Targets))]
    public void Every_native_file_is_of_the_targets_machine(string target)
    {
        var expected = target == "linux-arm64" ? ElfFile.MachineArm64 : ElfFile.MachineX64;
        Assert.All(NativeFiles(target), f => Assert.Equal(expected, ElfFile.Read(f).Machine));
    }

    [Theory, MemberData(nameof(Targets))]
    public void No_native_file_carries_symbols(string target) =>
        Assert.All(NativeFiles(target), f => Assert.False(ElfFile.Read(f).HasSymbolTable, $"{f} is not stripped"));

    [Theory, MemberData(nameof(Targets))]
    public void Symbols_are_kept_beside_the_folder(string target) =>
        Assert.True(File.Exists(Path.Combine(Published.Folder(target), "..", "..", "symbols", target, "edgeagent.dbg")));

    [Theory, MemberData(nameof(Targets))]
    public void No_native_file_asks_for_a_newer_glibc_or_libstdcxx(string target) => Assert.All(NativeFiles(target), f =>
    {
        var (glibc, libstdcxx) = (ElfFile.Read(f).Needed("GLIBC"), ElfFile.Read(f).Needed("GLIBCXX"));
        output.WriteLine($"{target}: {Path.GetFileName(f)} needs glibc {glibc}, libstdc++ {libstdcxx?.ToString() ?? "none"}");
        Assert.NotNull(glibc);
        Assert.True(glibc <= GlibcLimit, $"{f} needs glibc {glibc}, the promise is {GlibcLimit}");
        Assert.True(libstdcxx is null || libstdcxx <= LibstdcxxLimit, $"{f} needs GLIBCXX_{libstdcxx}, the promise is {LibstdcxxLimit}");
    });

    [Theory, MemberData(nameof(Targets))]
    public void Native_files_load_whatever_the_size_of_a_page(string target) => Assert.All(NativeFiles(target), f =>
    {
        var alignment = ElfFile.Read(f).SmallestAlignment;
        output.WriteLine($"{target}: {Path.GetFileName(f)}: segments aligned to {alignment / 1024} KiB");
        Assert.True(
            alignment >= (target == "linux-arm64" ? Arm64PageBytes : X64PageBytes), $"{f} has a segment aligned to {alignment} bytes only");
    });

    [Theory, MemberData(nameof(Targets))]
    public void Native_files_are_hardened(string target) => Assert.All(NativeFiles(target), f =>
    {
        var file = ElfFile.Read(f);
        Assert.True(file.IsPositionIndependent, $"{f} asks for a fixed address");
        Assert.False(file.HasExecutableStack, $"{f} asks for an executable stack");
        Assert.True(file.HasReadOnlyRelocations && file.BindsAtStart, $"{f} leaves its table of symbols writable");
    });

    private static string[] Files(string target) => Directory.GetFiles(Published.Folder(target), "*", SearchOption.AllDirectories);

    private static List<string> NativeFiles(string target) => [.. Files(target).Where(ElfFile.IsElf)];
}
