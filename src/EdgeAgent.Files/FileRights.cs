using System.Runtime.InteropServices;

namespace EdgeAgent.Files;

/// <summary>Tells a file that is not there from one that this user may not see.</summary>
public static partial class FileRights
{
    private const int Read = 4;
    private const int NotAllowed = 13;

    /// <summary>Whether this user may not read the file, or not even look into a folder on the way to it.</summary>
    public static bool IsForbidden(string path) => Access(path, Read) != 0 && Marshal.GetLastPInvokeError() == NotAllowed;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Access(string path, int mode);
}
