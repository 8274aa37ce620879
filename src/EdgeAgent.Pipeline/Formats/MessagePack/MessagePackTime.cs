using System.Buffers.Binary;

namespace EdgeAgent.Pipeline.Formats.MessagePack;

/// <summary>MessagePack's timestamp extension.</summary>
internal static class MessagePackTime
{
    public const sbyte Extension = -1;

    private const int SecondsBits = 34;
    private const uint NanosecondsLimit = 1_000_000_000;

    /// <summary>False: it has another length, or is beyond the calendar.</summary>
    /// <param name="content">Seconds in 32 bits, nanoseconds and seconds in 30 and 34, or in 32 and 64.</param>
    /// <param name="time">UTC, to 100 ns.</param>
    public static bool TryRead(ReadOnlySpan<byte> content, out DateTime time)
    {
        var (seconds, nanoseconds) = (0L, 0u);
        time = default;
        switch (content.Length)
        {
            case 4:
                seconds = BinaryPrimitives.ReadUInt32BigEndian(content);
                break;
            case 8:
                var both = BinaryPrimitives.ReadUInt64BigEndian(content);
                (seconds, nanoseconds) = ((long)(both & ((1UL << SecondsBits) - 1)), (uint)(both >> SecondsBits));
                break;
            case 12:
                (nanoseconds, seconds) = (BinaryPrimitives.ReadUInt32BigEndian(content), BinaryPrimitives.ReadInt64BigEndian(content[4..]));
                break;
            default:
                return false;
        }
        const long SecondsToEpoch = 62_135_596_800;
        if (seconds < -SecondsToEpoch || seconds > DateTime.MaxValue.Ticks / TimeSpan.TicksPerSecond - SecondsToEpoch) return false;
        if (nanoseconds >= NanosecondsLimit) return false;
        time = new DateTime(DateTime.UnixEpoch.Ticks + seconds * TimeSpan.TicksPerSecond + nanoseconds / 100, DateTimeKind.Utc);
        return true;
    }
}
