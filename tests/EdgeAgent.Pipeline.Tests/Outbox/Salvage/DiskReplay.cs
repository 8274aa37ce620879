namespace EdgeAgent.Pipeline.Tests.Outbox.Salvage;

/// <summary>
/// What a power cut leaves of a recorded disk. What was flushed is there; of what was written since, a disk with a cache of its
/// own may keep any part, in any order.
/// </summary>
/// <param name="content">The disk at first.</param>
/// <param name="requests">What was asked of it.</param>
internal sealed class DiskReplay(byte[] content, IReadOnlyList<DiskRequest> requests)
{
    /// <summary>What a disk writes wholly or not at all.</summary>
    private const int SectorBytes = 4096;

    private readonly byte[] _flushed = [.. content];
    private int _flushedUpTo;

    /// <summary>The disk if the power is cut before a request; the moments asked for must ascend.</summary>
    public byte[] At(int moment, Random random)
    {
        var flush = moment;
        while (flush > _flushedUpTo && !requests[flush - 1].IsFlush) flush--;
        for (; _flushedUpTo < flush; _flushedUpTo++)
            Apply(_flushed, requests[_flushedUpTo], () => true);
        var left = _flushed.ToArray();
        // Nothing of it, all of it, or a part.
        var share = random.Next(4) switch { 0 => 0, 1 => 1, _ => random.NextDouble() };
        for (var at = flush; at < moment; at++)
            Apply(left, requests[at], () => random.NextDouble() < share);
        return left;
    }

    private static void Apply(byte[] disk, DiskRequest request, Func<bool> isKept)
    {
        if (request.Bytes is not { } bytes) return;
        for (var at = 0; at < bytes.Length;)
        {
            var place = request.Offset + at;
            var piece = (int)Math.Min(bytes.Length - at, SectorBytes - place % SectorBytes);
            if (isKept()) bytes.AsSpan(at, piece).CopyTo(disk.AsSpan((int)place));
            at += piece;
        }
    }
}
