using System.Buffers.Binary;

namespace EdgeAgent.Files;

/// <summary>Whose a file or folder is.</summary>
public static class FileOwner
{
    private const uint UserMask = 0x8;
    private const int UserAt = 20;

    /// <summary>The user's number that it belongs to; null where the system does not tell.</summary>
    public static uint? Of(string path)
    {
        Span<byte> answer = stackalloc byte[FileStatus.AnswerBytes];
        return FileStatus.TryAsk(path, UserMask, answer) ? BinaryPrimitives.ReadUInt32LittleEndian(answer[UserAt..]) : null;
    }
}
