using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EdgeAgent.Files;

/// <summary>
/// Which file it is that a name leads to, by disk and inode. Whoever has a file open goes on with it when its name is taken away, or
/// leads to another one: nobody else sees what is written there, and it is gone when the process ends.
/// </summary>
public readonly partial record struct FileIdentity
{
    private const int AtWorkingFolder = -100;
    private const uint InodeMask = 0x100;
    // The same on all processors; see FileKind.
    private const int AnswerBytes = 256;
    private const int InodeAt = 32, DiskAt = 136;
    private const int NotThere = 2, NotAFolder = 20;

    private readonly ulong _inode, _disk;

    private FileIdentity(ulong inode, ulong disk) => (_inode, _disk) = (inode, disk);

    /// <summary>The file that is there now; null: none, or the system does not say.</summary>
    public static FileIdentity? Of(string path) => Ask(path, out _);

    /// <summary>Whether the name leads to no file any more, or to another. False where the system does not say.</summary>
    public bool IsGoneFrom(string path) => Ask(path, out var isThere) is { } now ? now != this : !isThere;

    private static FileIdentity? Ask(string path, out bool isThere)
    {
        isThere = true;
        Span<byte> answer = stackalloc byte[AnswerBytes];
        try
        {
            if (Statx(AtWorkingFolder, path, 0, InodeMask, ref MemoryMarshal.GetReference(answer)) != 0)
            {
                isThere = Marshal.GetLastPInvokeError() is not (NotThere or NotAFolder);
                return null;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
        // The disk's two numbers as one.
        return new FileIdentity(
            BinaryPrimitives.ReadUInt64LittleEndian(answer[InodeAt..]), BinaryPrimitives.ReadUInt64LittleEndian(answer[DiskAt..]));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte answer);
}
