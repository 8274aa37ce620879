using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.State;

/// <summary>Digests of what a state belongs to.</summary>
[InlineArray(DetectorIdentity.DigestBytes)]
internal struct Digest
{
    private byte _first;
}

/// <summary>The head of an image: whose it is, how large its parts are, and how new it is.</summary>
internal struct ImageHead
{
    public long Commits;
    public int Channels, Length, HotBytes, ColdBytes, RowCount, DetectorBytes, DeviceBytes;
    /// <summary>Version of what the parts hold; see <see cref="TrackCodec.Form"/>.</summary>
    public int Form;
    public Digest Model, Calibration;

    public readonly TrackShape Shape => new(Channels, Length, HotBytes, ColdBytes);
}

/// <summary>
/// A whole copy of what was known of one device under one detector: head, names, hot part, cold part, the window's rows.
/// This is what a checkpoint holds, and what is made of a live file at the start.
/// </summary>
internal sealed class SlotImage
{
    public static readonly int HeadBytes = Unsafe.SizeOf<ImageHead>();

    private const int NameLimit = 4096;
    // A thousand a second for longer than any agent runs; far beyond lies where counting on would overflow.
    private const long CommitsLimit = 1L << 48;
    private const int ReportsLeap = 1000;

    private readonly byte[] _bytes;
    private readonly int _length;
    private readonly ImageHead _head;

    private SlotImage(byte[] bytes, int length, in ImageHead head)
    {
        (_bytes, _length, _head) = (bytes, length, head);
        Detector = Encoding.UTF8.GetString(bytes, HeadBytes, head.DetectorBytes);
        Device = Encoding.UTF8.GetString(bytes, HeadBytes + head.DetectorBytes, head.DeviceBytes);
    }

    public string Detector { get; }
    public string Device { get; }
    public ref readonly ImageHead Head => ref _head;
    public ReadOnlySpan<byte> Names => _bytes.AsSpan(HeadBytes, _head.DetectorBytes + _head.DeviceBytes);
    public Span<byte> Hot => _bytes.AsSpan(HeadBytes + Names.Length, _head.HotBytes);
    public ReadOnlySpan<byte> Cold => _bytes.AsSpan(HeadBytes + Names.Length + _head.HotBytes, _head.ColdBytes);
    public ReadOnlySpan<float> Rows =>
        MemoryMarshal.Cast<byte, float>(_bytes.AsSpan(0, _length)[(HeadBytes + Names.Length + _head.HotBytes + _head.ColdBytes)..]);
    public HotHead HotHead => MemoryMarshal.Read<HotHead>(Hot);

    /// <summary>Bytes of an image with this head; 0 where it can be none.</summary>
    public static int BytesOf(in ImageHead head)
    {
        if (!head.Shape.IsPossible || head.RowCount < 0 || head.RowCount > head.Length || head.Commits is < 0 or > CommitsLimit) return 0;
        if (head.DetectorBytes is < 1 or > NameLimit || head.DeviceBytes is < 1 or > NameLimit) return 0;
        var bytes = HeadBytes + head.DetectorBytes + head.DeviceBytes + (long)head.HotBytes
            + head.ColdBytes + (long)head.RowCount * head.Shape.RowBytes;
        return bytes <= 1 << 30 ? (int)bytes : 0;
    }

    /// <summary>An image made of bytes that may be anything; null where they are none, or not as they were written.</summary>
    public static SlotImage? Parse(ReadOnlySpan<byte> bytes) => Parse(bytes.ToArray(), bytes.Length);

    /// <summary>The same over bytes that stay where they are: valid until they change.</summary>
    /// <param name="bytes">They begin with the image.</param>
    /// <param name="length">How long it is.</param>
    public static SlotImage? Parse(byte[] bytes, int length)
    {
        if (!IsWhole(bytes.AsSpan(0, length))) return null;
        return new SlotImage(bytes, length, MemoryMarshal.Read<ImageHead>(bytes));
    }

    /// <summary>Whether bytes that may be anything are an image, as it was written.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes) return false;
        var head = MemoryMarshal.Read<ImageHead>(bytes);
        if (BytesOf(head) != bytes.Length) return false;
        var parts = bytes[(HeadBytes + head.DetectorBytes + head.DeviceBytes)..];
        return TrackCodec.IsWhole(
            parts[..head.HotBytes], parts.Slice(head.HotBytes, head.ColdBytes), parts[(head.HotBytes + head.ColdBytes)..], head);
    }

    /// <summary>
    /// The image may be older than what was told upstream: reports of an open anomaly are numbered from further up, for a
    /// consumer would drop a new one under a number that it has seen.
    /// </summary>
    public void LeapReports()
    {
        var head = HotHead;
        if (head.Decision.IsOpen == 0) return;
        head.Decision.Reports = (head.Decision.Reports / ReportsLeap + 1) * ReportsLeap;
        MemoryMarshal.Write(Hot, head);
        TrackCodec.Seal(Hot);
    }
}
