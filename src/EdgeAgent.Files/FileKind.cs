using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EdgeAgent.Files;

/// <summary>What a name in the file system stands for. Asked without opening it: to open a device may already do something.</summary>
internal static class FileKind
{
    private const uint TypeMask = 0x1;
    private const int TypeBits = 0xF000;
    private const int ModeAt = 28;
    private const int Regular = 0x8000;

    /// <summary>What it is, in words, where it is no regular file; null: a regular file, not there, or the kernel does not say.</summary>
    public static string? Problem(string path)
    {
        Span<byte> answer = stackalloc byte[FileStatus.AnswerBytes];
        return FileStatus.TryAsk(path, TypeMask, answer) ? Words(TypeOf(answer)) : null;
    }

    /// <summary>The same of an open file, which cannot be exchanged any more.</summary>
    public static string? Problem(SafeHandle file)
    {
        Span<byte> answer = stackalloc byte[FileStatus.AnswerBytes];
        return FileStatus.TryAsk(file, TypeMask, answer) ? Words(TypeOf(answer)) : null;
    }

    private static int TypeOf(ReadOnlySpan<byte> answer) => BinaryPrimitives.ReadUInt16LittleEndian(answer[ModeAt..]) & TypeBits;

    private static string? Words(int type) => type switch
    {
        Regular => null,
        0x1000 => "a named pipe (FIFO)",
        0x2000 => "a character device",
        0x4000 => "a folder",
        0x6000 => "a block device",
        0xC000 => "a socket",
        _ => "something unknown",
    };
}
