using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeAgent.Files;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.State;

/// <summary>What a checkpoint held.</summary>
/// <param name="Images">The devices that could be read.</param>
/// <param name="Damaged">Those that could not.</param>
/// <param name="IsOrderly">It was written at a stop, and nothing happened after.</param>
/// <param name="Pending">Events that were not safe when it was written, a stretch a lane.</param>
internal sealed record CheckpointContent(IReadOnlyList<SlotImage> Images, int Damaged, bool IsOrderly, IReadOnlyList<byte[]> Pending);

/// <summary>
/// All that is known of devices, on disk: a head, then an image a device, each with its own check sum, so that damage costs
/// only what it hits.
/// </summary>
internal static class CheckpointFile
{
    /// <summary>A file beyond this is none of ours, and reading it might take all memory.</summary>
    public const long BytesLimit = FileLimits.Checkpoint;

    private const long Magic = 0x31504B434547_4445;
    private const int RecordMagic = 0x31445244;
    private const int Format = 1;
    private const int Alignment = 8;
    private const uint DeviceKind = 1;
    private const uint PendingKind = 2;

    private struct Head
    {
        public long Magic;
        public int Format, IsOrderly;
    }

    private struct Record
    {
        public int Magic, Bytes;
        public uint Sum, Kind;
    }

    private static readonly int HeadBytes = Unsafe.SizeOf<Head>();
    private static readonly int RecordBytes = Unsafe.SizeOf<Record>();

    /// <summary>Writes what the lanes hold.</summary>
    /// <exception cref="IOException">The disk refused; the checkpoint before is as it was.</exception>
    public static void Write(string path, IReadOnlyList<LaneFile> lanes, bool isOrderly)
    {
        DurableFile.Replace(path, file =>
        {
            var buffer = Array.Empty<byte>();
            Put(file, new Head { Magic = Magic, Format = Format, IsOrderly = isOrderly ? 1 : 0 });
            foreach (var lane in lanes)
                foreach (var slot in lane.Slots())
                    Put(file, DeviceKind, lane.Copy(slot, ref buffer));
            // Behind the devices: what one of them has caused was kept before the device moved on.
            foreach (var lane in lanes)
                Put(file, PendingKind, lane.CopyPending());
        });
    }

    /// <summary>Takes note that a run begins from it: what it holds is not the last word any more.</summary>
    public static void MarkUsed(string path)
    {
        NamedFile.Require(path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.Position = sizeof(long) + sizeof(int);
        file.Write(stackalloc byte[sizeof(int)]);
        file.Flush(flushToDisk: true);
    }

    /// <exception cref="InvalidDataException">It is none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CheckpointContent Read(string path)
    {
        if (new FileInfo(path).Length > BytesLimit) throw new InvalidDataException("it is too large");
        var bytes = NamedFile.ReadBytes(path, BytesLimit).AsSpan();
        if (bytes.Length < HeadBytes) throw new InvalidDataException($"it has {bytes.Length} bytes, less than its head");
        var head = MemoryMarshal.Read<Head>(bytes);
        if (head.Magic != Magic) throw new InvalidDataException("it is no checkpoint");
        if (head.Format != Format) throw new InvalidDataException("another version of the agent wrote it");
        var (images, pending) = (new List<SlotImage>(), new List<byte[]>());
        var (damaged, isLost) = (0, false);
        for (var at = HeadBytes; at + RecordBytes <= bytes.Length;)
        {
            var isWhole = TryReadRecord(bytes[at..], images, pending, out var taken);
            // Once it is lost it looks for the next record step by step; that is one damage, not many.
            if (!isWhole && !isLost) damaged++;
            isLost = !isWhole;
            at += taken;
        }
        return new CheckpointContent(images, damaged, head.IsOrderly != 0, pending);
    }

    private static bool TryReadRecord(ReadOnlySpan<byte> bytes, List<SlotImage> images, List<byte[]> pending, out int taken)
    {
        taken = Alignment;
        var record = MemoryMarshal.Read<Record>(bytes);
        if (record.Magic != RecordMagic || record.Bytes <= 0 || record.Bytes > bytes.Length - RecordBytes) return false;
        var content = bytes.Slice(RecordBytes, record.Bytes);
        if (CheckSum.Of(content) != record.Sum) return false;
        if (record.Kind == PendingKind)
            pending.Add(content.ToArray());
        else if (SlotImage.Parse(content) is { } image)
            images.Add(image);
        else
            return false;
        taken = RecordBytes + record.Bytes + Padding(record.Bytes);
        return true;
    }

    private static int Padding(int bytes) => (Alignment - bytes % Alignment) % Alignment;

    private static void Put(Stream file, uint kind, ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty) return;
        Put(file, new Record { Magic = RecordMagic, Bytes = content.Length, Sum = CheckSum.Of(content), Kind = kind });
        file.Write(content);
        file.Write(stackalloc byte[Padding(content.Length)]);
    }

    private static void Put<T>(Stream file, T value) where T : unmanaged =>
        file.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
}
