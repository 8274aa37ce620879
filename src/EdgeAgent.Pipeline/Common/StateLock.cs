using System.Runtime.InteropServices;
using EdgeAgent.Files;

namespace EdgeAgent.Pipeline.Common;

/// <summary>
/// Keeps a second agent off a state folder: each would send and delete the other's events. The folder itself is locked, which needs no
/// room on a disk that has none, and a file in it, by which agents before knew each other.
/// </summary>
internal sealed partial class StateLock : IDisposable
{
    private const int Exclusive = 2, NoWait = 4, Unlock = 8;
    private const int WouldBlock = 11;

    private readonly FileStream? _file;
    private readonly int _folder;

    private StateLock(FileStream? file, int folder) => (_file, _folder) = (file, folder);

    /// <exception cref="IOException">Another agent has it, or the folder cannot be written.</exception>
    public static StateLock Take(string folder)
    {
        var path = Path.Combine(folder, "lock");
        NamedFile.Require(path);
        var handle = LockFolder(folder, path);
        try
        {
            // .NET takes an advisory lock (flock) on the file; the kernel frees it when the process ends, however it ends.
            return new StateLock(PrivateFiles.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), handle);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            CloseFolder(handle);
            throw InUse(path, e);
        }
        catch (IOException) when (handle >= 0 && Directory.Exists(folder))
        {
            // No room for the file, not even an inode, or it cannot be opened: the folder's lock does.
            return new StateLock(null, handle);
        }
        catch
        {
            CloseFolder(handle);
            throw;
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        CloseFolder(_folder);
    }

    /// <summary>Negative where the file system knows no such locks.</summary>
    private static int LockFolder(string folder, string path)
    {
        var handle = DurableFile.OpenFolder(folder);
        if (handle < 0 || Lock(handle, Exclusive | NoWait) == 0) return handle;
        var error = Marshal.GetLastPInvokeError();
        CloseFolder(handle);
        return error == WouldBlock ? throw InUse(path, null) : -1;
    }

    private static IOException InUse(string path, Exception? cause) => new($"another agent runs on it ({path} is locked)", cause);

    private static void CloseFolder(int handle)
    {
        if (handle < 0) return;
        // A process that is just being started has a copy of the handle for a moment, which would keep the lock.
        _ = Lock(handle, Unlock);
        DurableFile.Close(handle);
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int handle, int operation);
}
