using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EdgeAgent.Files;

/// <summary>What a name in the file system stands for. Asked without opening it: to open a device may already do something.</summary>
internal static partial class FileKind
{
    private const int AtWorkingFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint TypeMask = 0x1;
    private const int TypeBits = 0xF000;
    // The same on all processors, unlike that of the older stat.
    private const int AnswerBytes = 256;
    private const int ModeAt = 28;
    private const int Regular = 0x8000;

    /// <summary>What it is, in words, where it is no regular file; null: a regular file, not there, or the kernel does not say.</summary>
    public static string? Problem(string path) => Words(Ask(AtWorkingFolder, path, 0));

    /// <summary>The same of an open file, which cannot be exchanged any more.</summary>
    public static string? Problem(SafeHandle file) => Words(Ask((int)file.DangerousGetHandle(), "", EmptyPath));

    private static int Ask(int folder, string path, int flags)
    {
        Span<byte> answer = stackalloc byte[AnswerBytes];
        try
        {
            return Statx(folder, path, flags, TypeMask, ref MemoryMarshal.GetReference(answer)) == 0
                ? BinaryPrimitives.ReadUInt16LittleEndian(answer[ModeAt..]) & TypeBits : Regular;
        }
        catch (EntryPointNotFoundException)
        {
            return Regular;
        }
    }

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

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte answer);
}
