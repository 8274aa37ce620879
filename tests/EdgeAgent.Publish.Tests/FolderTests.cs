using Xunit.Abstractions;

namespace EdgeAgent.Publish.Tests;

/// <summary>What lies in a published folder, and what its files ask of a device.</summary>
public sealed class FolderTests(ITestOutputHelper output)
{
    private const long ProgramBytesLimit = 25_000_000;
    private const ulong LargestPageBytes = 16 * 1024;
    /// <summary>Debian 12 has 2.36, Ubuntu 22.04 has 2.35.</summary>
    private static readonly Version GlibcLimit = new(2, 34);

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
            "edgeagent", "libe_sqlite3.so", "libonnxruntime.so",
            "models/pump-health/README.md", "models/pump-health/golden.json", "models/pump-health/manifest.json", "models/pump-health/model.onnx",
            "models/single-channel/README.md", "models/single-channel/golden.json", "models/single-channel/manifest.json", "models/single-channel/model.onnx",
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
    public void No_native_file_asks_for_a_newer_glibc(string target) => Assert.All(NativeFiles(target), f =>
    {
        var glibc = ElfFile.Read(f).NeededGlibc();
        output.WriteLine($"{target}: {Path.GetFileName(f)} needs glibc {glibc}");
        Assert.True(glibc <= GlibcLimit, $"{f} needs glibc {glibc}, the promise is {GlibcLimit}");
    });

    [Fact]
    public void Native_files_for_arm64_load_where_pages_have_16_KiB() => Assert.All(NativeFiles("linux-arm64"), f =>
    {
        var alignment = ElfFile.Read(f).SmallestAlignment;
        output.WriteLine($"{Path.GetFileName(f)}: segments aligned to {alignment / 1024} KiB");
        Assert.True(alignment >= LargestPageBytes, $"{f} has a segment aligned to {alignment} bytes only");
    });

    private static string[] Files(string target) => Directory.GetFiles(Published.Folder(target), "*", SearchOption.AllDirectories);

    private static List<string> NativeFiles(string target) => [.. Files(target).Where(ElfFile.IsElf)];
}
