using Xunit.Abstractions;

namespace EdgeAgent.Publish.Tests;

/// <summary>The ARM64 program does not count on anything that a Cortex-A53 lacks: read from the file itself.</summary>
public sealed class InstructionTests(ITestOutputHelper output)
{
    private const string Target = "linux-arm64";

    /// <summary>
    /// The only functions with later instructions, each of which asks the processor first: .NET's atomic exchanges, the
    /// CRC-32 of zlib (chosen through a table that is made at start), and ours of the live files.
    /// </summary>
    private static readonly string[] Guarded =
        ["RhpCheckedLockCmpXchg", "RhpCheckedXchg", "crc32_acle", "EdgeAgent_Pipeline_EdgeAgent_Pipeline_Common_CheckSum__Of"];

    [Fact]
    public void Program_has_later_instructions_only_where_the_processor_is_asked_first()
    {
        var functions = ElfFile.Read(Path.Combine(Published.Folder(Target), "..", "..", "symbols", Target, "edgeagent.dbg")).Functions();
        Assert.Contains(functions, f => f.Name == Guarded[0]); // Else nothing would be proven.
        var program = ElfFile.Read(Published.Program(Target));
        var found = program.ExecutableCode().SelectMany(Arm64Code.LaterThanV80)
            .GroupBy(f => (Function: NameOf(functions, f.Address), f.Name), f => f.Address)
            .ToList();
        foreach (var use in found) output.WriteLine($"{use.Key.Function}: {use.Key.Name}, {use.Count()} instructions");
        Assert.NotEmpty(found);
        Assert.All(found, use => Assert.Contains(use.Key.Function, Guarded));
    }

    /// <summary>
    /// It brings kernels for many processors and chooses at start, so running is what shows it: <see cref="ReplayTests"/>.
    /// </summary>
    [Fact]
    public void Search_finds_the_later_instructions_that_onnx_runtime_is_known_to_carry()
    {
        var library = ElfFile.Read(Path.Combine(Published.Folder(Target), "libonnxruntime.so"));
        var found = library.ExecutableCode().SelectMany(Arm64Code.LaterThanV80).CountBy(f => f.Name).ToDictionary();
        output.WriteLine(string.Join(", ", found.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}: {f.Value}")));
        Assert.True(found.ContainsKey("DotProd") && found.ContainsKey("SVE") && found.ContainsKey("LSE") && found.ContainsKey("AES"));
    }

    private static string NameOf(ElfFile.Symbol[] functions, ulong address)
    {
        var at = Array.BinarySearch(
            functions, new ElfFile.Symbol(address, 0, ""), Comparer<ElfFile.Symbol>.Create((a, b) => a.Address.CompareTo(b.Address)));
        var function = functions[Math.Max(0, at >= 0 ? at : ~at - 1)];
        return address >= function.Address && address < function.Address + function.Size ? function.Name : $"{address:x}";
    }
}
