using System.Runtime.InteropServices;
using System.Text;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>Makes sixteen bytes that stand for an event's id. No two events share them.</summary>
internal static class EventHash
{
    private const int IdBytesLimit = 512;

    /// <summary>False: the id is longer than any of ours.</summary>
    public static bool TryOf(string id, out UInt128 hash)
    {
        hash = default;
        Span<byte> text = stackalloc byte[IdBytesLimit];
        if (!Encoding.UTF8.TryGetBytes(id, text, out var bytes)) return false;
        hash = MemoryMarshal.Read<UInt128>(Sha256.Hash(text[..bytes]));
        return true;
    }
}
