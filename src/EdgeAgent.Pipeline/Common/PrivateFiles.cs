using EdgeAgent.Files;

namespace EdgeAgent.Pipeline.Common;

/// <summary>
/// Makes what only the agent's user may read, whatever the umask: readings, events and names are nobody else's business, and what others
/// may write they may forge.
/// </summary>
internal static class PrivateFiles
{
    /// <summary>Of a file.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Of a folder.</summary>
    public const UnixFileMode FolderMode = Mode | UnixFileMode.UserExecute;

    /// <summary>Rights by which others than owner and group change what is there.</summary>
    public const UnixFileMode OthersWrite = UnixFileMode.OtherWrite;

    /// <summary>Opens a file, or a new one that is private.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share = FileShare.Read)
    {
        NamedFile.Require(path);
        return new(path, new FileStreamOptions { Mode = mode, Access = access, Share = share, UnixCreateMode = Mode });
    }

    /// <summary>
    /// Opens a new file in place of whatever has that name: a link that somebody has planted there is taken away, not followed, and a
    /// pipe is not waited for.
    /// </summary>
    /// <exception cref="IOException">The disk refuses, or somebody is quicker with another link.</exception>
    public static FileStream OpenNew(string path, FileAccess access = FileAccess.Write, int bufferBytes = 4096)
    {
        File.Delete(path);
        return new(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = access, Share = FileShare.Read, BufferSize = bufferBytes, UnixCreateMode = Mode,
        });
    }

    /// <summary>Makes an empty file where there is none.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void Create(string path)
    {
        if (!File.Exists(path)) Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete).Dispose();
    }

    /// <summary>Makes a folder where there is none; one that is there keeps its rights.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void CreateFolder(string path)
    {
        if (!Directory.Exists(path)) Directory.CreateDirectory(path, FolderMode);
    }
}
