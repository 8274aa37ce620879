using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeAgent.Files;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.State;

/// <summary>What a checkpoint held besides its devices.</summary>
/// <param name="Damaged">Devices that could not be read.</param>
/// <param name="IsOrderly">It was written at a stop, and nothing happened after.</param>
/// <param name="Pending">Events that were not safe when it was written, a stretch a lane.</param>
internal sealed record CheckpointContent(int Damaged, bool IsOrderly, IReadOnlyList<byte[]> Pending);

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

    private enum Kind : uint
    {
        Device = 1, Pending = 2,
    }

    private struct Head
    {
        public long Magic;
        public int Format, IsOrderly;
    }

    private struct Record
    {
        public int Magic, Bytes;
        public uint Sum;
        public Kind Kind;
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
                    Put(file, Kind.Device, lane.Devices.Copy(slot, ref buffer));
            // Behind the devices: what one of them has caused was kept before the device moved on.
            foreach (var lane in lanes)
                Put(file, Kind.Pending, lane.CopyPending());
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

    /// <summary>Reads it device by device: all of them at once would take as much memory again as they do.</summary>
    /// <param name="path">The file.</param>
    /// <param name="take">Takes a device, and whether the checkpoint is orderly. The image is valid until it returns.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CheckpointContent Read(string path, Action<SlotImage, bool> take)
    {
        using var file = new ByteWindow(path);
        if (file.Length > BytesLimit) throw new InvalidDataException("it is too large");
        if (file.Length < HeadBytes) throw new InvalidDataException($"it has {file.Length} bytes, less than its head");
        var head = MemoryMarshal.Read<Head>(file.At(0, HeadBytes));
        if (head.Magic != Magic) throw new InvalidDataException("it is no checkpoint");
        if (head.Format != Format) throw new InvalidDataException("another version of the agent wrote it");
        var (pending, record, isOrderly) = (new List<byte[]>(), Array.Empty<byte>(), head.IsOrderly != 0);
        var (damaged, isLost) = (0, false);
        for (long at = HeadBytes; at + RecordBytes <= file.Length;)
        {
            var (kind, bytes) = ReadRecord(file, at, ref record);
            var image = kind == Kind.Device ? SlotImage.Parse(record, bytes) : null;
            if (image is not null) take(image, isOrderly);
            if (kind == Kind.Pending) pending.Add(record[..bytes]);
            var isWhole = image is not null || kind == Kind.Pending;
            // Once it is lost it looks for the next record step by step; that is one damage, not many.
            if (!isWhole && !isLost) damaged++;
            isLost = !isWhole;
            at += isWhole ? RecordBytes + bytes + Padding(bytes) : Alignment;
        }
        return new CheckpointContent(damaged, isOrderly, pending);
    }

    /// <summary>Reads what stands in a record; no kind where there is none, or it is damaged.</summary>
    private static (Kind Kind, int Bytes) ReadRecord(ByteWindow file, long at, ref byte[] content)
    {
        var record = MemoryMarshal.Read<Record>(file.At(at, RecordBytes));
        if (record.Magic != RecordMagic || record.Bytes <= 0 || record.Bytes > file.Length - at - RecordBytes) return default;
        // A damaged length must not make room for itself.
        if (record.Bytes != Promised(file, at + RecordBytes, record)) return default;
        if (content.Length < record.Bytes) content = new byte[record.Bytes];
        file.CopyTo(at + RecordBytes, content.AsSpan(0, record.Bytes));
        return CheckSum.Of(content.AsSpan(0, record.Bytes)) == record.Sum ? (record.Kind, record.Bytes) : default;
    }

    /// <summary>How long the content is by its own words.</summary>
    private static int Promised(ByteWindow file, long at, in Record record) => record.Kind switch
    {
        Kind.Device when record.Bytes >= SlotImage.HeadBytes =>
            SlotImage.BytesOf(MemoryMarshal.Read<ImageHead>(file.At(at, SlotImage.HeadBytes))),
        Kind.Pending => Math.Min(record.Bytes, LaneFile.PendingBytes),
        _ => 0,
    };

    private static int Padding(int bytes) => (Alignment - bytes % Alignment) % Alignment;

    private static void Put(Stream file, Kind kind, ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty) return;
        Put(file, new Record { Magic = RecordMagic, Bytes = content.Length, Sum = CheckSum.Of(content), Kind = kind });
        file.Write(content);
        file.Write(stackalloc byte[Padding(content.Length)]);
    }

    private static void Put<T>(Stream file, T value) where T : unmanaged =>
        file.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
}
