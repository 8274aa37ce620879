using System.Runtime.InteropServices;

namespace EdgeAgent.Files;

/// <summary>What this user may do with a file or a folder. Where the system does not say, nothing is forbidden.</summary>
public static partial class FileRights
{
    private const int Read = 4, WriteAndEnter = 2 | 1;
    private const int NotAllowed = 13;

    /// <summary>
    /// Whether this user may not read the file, or not even look into a folder on the way to it: it may well be there.
    /// </summary>
    public static bool IsForbidden(string path) => Ask(path, Read) == NotAllowed;

    /// <summary>Whether this user may make files in a folder.</summary>
    public static bool IsWritable(string folder) => Ask(folder, WriteAndEnter) == 0;

    /// <summary>Why not, as the kernel numbers it; 0: it is allowed, or nobody says.</summary>
    private static int Ask(string path, int mode)
    {
        try
        {
            return Access(path, mode) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Access(string path, int mode);
}
