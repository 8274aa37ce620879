using System.Buffers.Binary;
using System.Text;
using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Pipeline.Outbox.Salvage;

/// <summary>
/// Finds owed events in the bytes of a page wherever they stand, whatever has become of the tree around them; a row's check
/// sum says that it is one. https://sqlite.org/fileformat2.html#b_tree_pages, #record_format
/// </summary>
internal static class RowScan
{
    // A row is never shorter: its header has a length and a type a column.
    private const int Columns = 8;
    private const int LeastBytes = 3 + Columns + 1;
    private const int HeaderLimit = Columns * 3;
    // What of a row may stay in its page, for pages of this size.
    private const int LocalLimit = PageImages.PageBytes - 35;
    private const int LocalLeast = (PageImages.PageBytes - 12) * 32 / 255 - 23;
    private const int RowLimit = 64 << 20;

    /// <summary>The row that begins at an offset of a page; null where none does, or it is damaged.</summary>
    /// <param name="page">The page.</param>
    /// <param name="offset">Where to look.</param>
    /// <param name="images">Where the rest of a long row lies.</param>
    /// <param name="localBytes">What the row takes of this page.</param>
    public static StoredEvent? At(ReadOnlySpan<byte> page, int offset, PageImages images, out int localBytes)
    {
        localBytes = 0;
        var cell = page[offset..];
        if (cell.Length < LeastBytes || !TryVarint(ref cell, out var length) || length is < LeastBytes or > RowLimit) return null;
        if (!TryVarint(ref cell, out var sequence) || sequence <= 0) return null;
        Span<long> types = stackalloc long[Columns];
        if (!TryTypes(cell, types, out var headerBytes)) return null;
        var total = (long)headerBytes;
        foreach (var type in types) total += Bytes(type);
        if (total != length) return null;
        localBytes = page.Length - offset - cell.Length + Local((int)length);
        for (var way = 0; way < images.Ways; way++)
        {
            if (Whole(cell, (int)length, images, way) is { } row
                && Read(row.AsSpan(headerBytes), sequence, types) is { } entry) return entry;
            if (Local((int)length) == length) break;
        }
        return null;
    }

    private static bool TryTypes(ReadOnlySpan<byte> cell, Span<long> types, out int headerBytes)
    {
        headerBytes = cell.Length > 0 ? cell[0] : 0;
        if (headerBytes is <= Columns or > HeaderLimit || headerBytes > cell.Length) return false;
        var header = cell[1..headerBytes];
        foreach (ref var type in types)
            if (!TryVarint(ref header, out type)) return false;
        // The sequence is the row's own number; then four numbers, two texts and a blob.
        return header.Length == 0 && types[0] == 0 && IsNumber(types[1]) && IsNumber(types[2]) && IsNumber(types[3]) && IsNumber(types[4])
            && types[5] >= 13 && types[5] % 2 == 1 && types[6] >= 13 && types[6] % 2 == 1 && types[7] >= 12 && types[7] % 2 == 0;
    }

    private static byte[]? Whole(ReadOnlySpan<byte> cell, int length, PageImages images, int way)
    {
        var local = Local(length);
        if (cell.Length < local + (local < length ? 4 : 0)) return null;
        var row = new byte[length];
        cell[..local].CopyTo(row);
        if (local == length) return row;
        return images.TryReadChain(BinaryPrimitives.ReadUInt32BigEndian(cell[local..]), row.AsSpan(local), way) ? row : null;
    }

    /// <summary>How much of a row stands in its own page.</summary>
    private static int Local(int length)
    {
        if (length <= LocalLimit) return length;
        var local = LocalLeast + (length - LocalLeast) % (PageImages.PageBytes - 4);
        return local > LocalLimit ? LocalLeast : local;
    }

    private static StoredEvent? Read(ReadOnlySpan<byte> body, long sequence, ReadOnlySpan<long> types)
    {
        Span<long> numbers = stackalloc long[4];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = Number(Take(ref body, types[i + 1]), types[i + 1]);
        var id = Encoding.UTF8.GetString(Take(ref body, types[5]));
        var topic = Encoding.UTF8.GetString(Take(ref body, types[6]));
        return RowReader.Check(sequence, numbers[0], numbers[1], numbers[2], id, topic, Take(ref body, types[7]).ToArray());
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> body, long type)
    {
        var taken = body[..(int)Bytes(type)];
        body = body[taken.Length..];
        return taken;
    }

    private static bool IsNumber(long type) => type is (>= 1 and <= 6) or 8 or 9;

    private static long Bytes(long type) => type switch
    {
        < 5 => type,
        5 => 6,
        6 or 7 => 8,
        8 or 9 => 0,
        _ => (type - 12) / 2,
    };

    private static long Number(ReadOnlySpan<byte> bytes, long type)
    {
        if (bytes.Length == 0) return type - 8;
        var number = (long)(sbyte)bytes[0];
        foreach (var next in bytes[1..]) number = (number << 8) | next;
        return number;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(9, bytes.Length); i++)
        {
            value = i == 8 ? (value << 8) | bytes[i] : (value << 7) | (bytes[i] & 0x7Fu);
            if (i < 8 && bytes[i] >= 0x80) continue;
            bytes = bytes[(i + 1)..];
            return true;
        }
        return false;
    }
}
