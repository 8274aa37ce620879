using System.Runtime.InteropServices;

namespace EdgeAgent.Pipeline.Common;

/// <summary>Replaces a file so that after a power cut there is the old one or the new one, whole.</summary>
internal static partial class DurableFile
{
    private const int ReadOnlyDirectory = 0x10000, CloseOnExec = 0x80000;

    /// <exception cref="IOException">The disk refused; the old file is as it was.</exception>
    public static void Replace(string path, Action<Stream> write)
    {
        var fresh = path + ".new";
        try
        {
            using (var file = PrivateFiles.OpenNew(fresh, bufferBytes: 64 * 1024))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(fresh, path, overwrite: true);
        }
        catch
        {
            File.Delete(fresh);
            throw;
        }
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>A rename is on disk only when its folder is.</summary>
    private static void SyncFolder(string folder)
    {
        var handle = OpenFolder(folder);
        if (handle < 0) return;
        _ = SyncHandle(handle);
        Close(handle);
    }

    /// <summary>A folder's handle, which programs that are started do not inherit; negative where it cannot be had.</summary>
    public static int OpenFolder(string folder) => OpenFolder(folder, DirectoryFlag() | CloseOnExec);

    public static void Close(int handle) => _ = CloseHandle(handle);

    // O_DIRECTORY differs between the architectures.
    private static int DirectoryFlag() =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : ReadOnlyDirectory;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int SyncHandle(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseHandle(int handle);
}
