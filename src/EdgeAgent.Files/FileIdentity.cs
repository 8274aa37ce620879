using System.Buffers.Binary;

namespace EdgeAgent.Files;

/// <summary>
/// Which file it is that a name leads to, by disk and inode. Whoever has a file open goes on with it when its name is taken away, or
/// leads to another one: nobody else sees what is written there, and it is gone when the process ends.
/// </summary>
public readonly record struct FileIdentity
{
    private const uint InodeMask = 0x100;
    private const int InodeAt = 32, DiskAt = 136;

    private readonly ulong _inode, _disk;

    private FileIdentity(ulong inode, ulong disk) => (_inode, _disk) = (inode, disk);

    /// <summary>The file that is there now; null: none, or the system does not say.</summary>
    public static FileIdentity? Of(string path) => Ask(path, out _);

    /// <summary>Whether the name leads to no file any more, or to another. False where the system does not say.</summary>
    public bool IsGoneFrom(string path) => Ask(path, out var isThere) is { } now ? now != this : !isThere;

    private static FileIdentity? Ask(string path, out bool isThere)
    {
        Span<byte> answer = stackalloc byte[FileStatus.AnswerBytes];
        var isTold = FileStatus.TryAsk(path, InodeMask, answer, out var isMissing);
        isThere = !isMissing;
        if (!isTold) return null;
        // The disk's two numbers as one.
        return new FileIdentity(
            BinaryPrimitives.ReadUInt64LittleEndian(answer[InodeAt..]), BinaryPrimitives.ReadUInt64LittleEndian(answer[DiskAt..]));
    }
}
