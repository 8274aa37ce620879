using System.Runtime.InteropServices;

namespace EdgeAgent.Files;

/// <summary>What the kernel says of a name, or of an open file; see statx(2).</summary>
internal static partial class FileStatus
{
    // The same on all processors, unlike that of the older stat.
    public const int AnswerBytes = 256;

    private const int AtWorkingFolder = -100;
    private const int EmptyPath = 0x1000;
    private const int NotThere = 2, NotAFolder = 20;

    /// <summary>False: it is not there, or the kernel does not say.</summary>
    public static bool TryAsk(string path, uint wanted, Span<byte> answer) => TryAsk(path, wanted, answer, out _);

    /// <summary>The same, and of a name that leads to nothing that the kernel says so.</summary>
    public static bool TryAsk(string path, uint wanted, Span<byte> answer, out bool isMissing)
    {
        var isTold = TryAsk(AtWorkingFolder, path, 0, wanted, answer, out var error);
        isMissing = error is NotThere or NotAFolder;
        return isTold;
    }

    /// <summary>The same of an open file, which cannot be exchanged any more.</summary>
    public static bool TryAsk(SafeHandle file, uint wanted, Span<byte> answer) =>
        TryAsk((int)file.DangerousGetHandle(), "", EmptyPath, wanted, answer, out _);

    /// <param name="error">Why the kernel does not say, as it numbers that; 0: it does, or cannot be asked.</param>
    private static bool TryAsk(int folder, string path, int flags, uint wanted, Span<byte> answer, out int error)
    {
        error = 0;
        try
        {
            if (Statx(folder, path, flags, wanted, ref MemoryMarshal.GetReference(answer)) == 0) return true;
            error = Marshal.GetLastPInvokeError();
            return false;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte answer);
}
