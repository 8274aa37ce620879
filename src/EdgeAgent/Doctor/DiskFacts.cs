using System.Runtime.InteropServices;

namespace EdgeAgent.Doctor;

/// <summary>What a file system has left.</summary>
/// <param name="FreeBytes">For this user.</param>
/// <param name="FreeInodes">Files that may still be made; null: there is no such limit.</param>
/// <param name="IsReadOnly">Whether it is mounted read-only.</param>
internal readonly record struct DiskRoom(long FreeBytes, long? FreeInodes, bool IsReadOnly);

/// <summary>What the system says of a folder's file system and of who asks. Asks only.</summary>
internal static unsafe partial class DiskFacts
{
    private const int ReadOnlyFlag = 1;
    // struct statvfs is the same on all 64-bit Linux: eleven words and some spare.
    private const int StructBytes = 256;
    private const int FragmentSize = 1;
    private const int FreeBlocks = 4;
    private const int Inodes = 5;
    private const int FreeInodes = 7;
    private const int Flags = 9;

    /// <summary>Null where the system does not tell.</summary>
    public static DiskRoom? RoomOf(string folder)
    {
        var words = stackalloc ulong[StructBytes / sizeof(ulong)];
        try
        {
            if (Statvfs(folder, (byte*)words) != 0) return null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
        var bytes = (UInt128)words[FragmentSize] * words[FreeBlocks];
        return new DiskRoom((long)UInt128.Min(bytes, long.MaxValue),
            words[Inodes] == 0 ? null : (long)words[FreeInodes], (words[Flags] & ReadOnlyFlag) != 0);
    }

    /// <summary>The number of the user who asks.</summary>
    public static uint User => Geteuid();

    /// <summary>The nearest folder above that is there, or the folder itself.</summary>
    public static string Nearest(string folder)
    {
        var at = Path.GetFullPath(folder);
        while (!Directory.Exists(at) && Path.GetDirectoryName(at) is { } above) at = above;
        return at;
    }

    /// <summary>The kind of file system, such as <c>ext4</c>; empty: unknown.</summary>
    public static string FormatOf(string folder)
    {
        try
        {
            return new DriveInfo(folder).DriveFormat;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "statvfs", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statvfs(string path, byte* result);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint Geteuid();
}
