using EdgeAgent.Files;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Inference.Sessions;

/// <summary>
/// Trees of an older kind in a file that names the newest version of their operators, as some converters write it: ONNX Runtime refuses
/// them, though they mean what they always meant. Named by the version before, they run.
/// </summary>
internal static class OldTrees
{
    private const int OperatorSetField = 8;
    private const byte Deprecating = 5, Before = 4;

    // A domain, "ai.onnx.ml", and a version, in either order.
    private static readonly byte[] Domain = [0x0A, 10, .. "ai.onnx.ml"u8];
    private static readonly byte[] Version = [0x10, Deprecating];

    /// <summary>Whether a refusal may be due to it.</summary>
    public static bool AreMeant(string refusal) => refusal.Contains("deprecated in domain_version", StringComparison.Ordinal);

    /// <summary>The graph, naming the version before; null: it names another anyway.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="BundleException">It cannot be read.</exception>
    public static byte[]? Lowered(string path)
    {
        using var file = NamedFile.Open(path, FileLimits.Model);
        var graph = new byte[file.Length];
        file.ReadExactly(graph);
        var reader = new ProtoReader(new MemoryStream(graph));
        while (reader.Position < graph.Length)
        {
            if (!reader.TryReadField(graph.Length, out var field, out var length)) continue;
            var content = graph.AsSpan((int)reader.Position, (int)length);
            reader.Skip(length);
            if (field != OperatorSetField || content.IndexOf(Domain) < 0 || content.IndexOf(Version) is not (>= 0 and var at)) continue;
            content[at + 1] = Before;
            return graph;
        }
        return null;
    }
}
