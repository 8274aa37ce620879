using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeAgent.Files;

/// <summary>
/// Reads files that somebody has named: regular ones only, and no more of them than expected. A pipe without a writer would block
/// for ever, a device may have no end, and to open one may already do something.
/// </summary>
public static partial class NamedFile
{
    private const int ReadOnly = 0, NoTerminal = 0x100, NonBlocking = 0x800, CloseOnExec = 0x80000;
    /// <summary>PATH_MAX, as <c>realpath</c> takes for granted.</summary>
    private const int PathBytesLimit = 4096;
    private const int NotPermitted = 1, NotThere = 2, NoDevice = 6, NoAccess = 13, NotAFolder = 20;

    /// <summary>Opens it for reading. What is read beyond <paramref name="byteLimit"/> throws.</summary>
    /// <exception cref="NotAFileException">It is no regular file, or larger.</exception>
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Stream Open(string path, long byteLimit)
    {
        var file = OpenHandle(path);
        try
        {
            if (RandomAccess.GetLength(file) > byteLimit) throw TooLarge(path, byteLimit);
            return new LimitedStream(new FileStream(file, FileAccess.Read, bufferSize: 0), path, byteLimit);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>All bytes of it.</summary>
    /// <inheritdoc cref="Open"/>
    public static byte[] ReadBytes(string path, long byteLimit)
    {
        using var stream = Open(path, byteLimit);
        if (stream.Length > Array.MaxLength) throw TooLarge(path, Array.MaxLength);
        var bytes = new byte[stream.Length];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length) return bytes[..read];
        // Files of the kernel say 0, and a file may grow meanwhile.
        using var rest = new MemoryStream();
        stream.CopyTo(rest);
        return rest.Length == 0 ? bytes : [.. bytes, .. rest.ToArray()];
    }

    /// <summary>All of it as text: UTF-8, unless a mark at its beginning says otherwise.</summary>
    /// <inheritdoc cref="Open"/>
    public static string ReadText(string path, long byteLimit)
    {
        using var reader = new StreamReader(new MemoryStream(ReadBytes(path, byteLimit)), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>What is there instead of a regular file, and what was expected; null: nothing is wrong, or nothing is there.</summary>
    public static string? Problem(string path) => FileKind.Problem(path) is { } what ? Expected(what) : null;

    /// <summary>Refuses to go on where something else than a regular file is there, as before a file is opened for writing.</summary>
    /// <exception cref="NotAFileException">Something else is.</exception>
    public static void Require(string path)
    {
        if (Problem(path) is { } problem) throw new NotAFileException(path, problem);
    }

    /// <summary>Where a file or folder lies, all links on the way resolved; null: it is not there.</summary>
    public static unsafe string? RealPath(string path)
    {
        var resolved = stackalloc byte[PathBytesLimit];
        return Resolve(path, resolved) == null ? null : Marshal.PtrToStringUTF8((nint)resolved);
    }

    /// <summary>The same of a file that <see cref="Open"/> has opened, whatever has taken its place meanwhile.</summary>
    public static string? RealPath(Stream file) =>
        file is LimitedStream { Handle: var handle } ? RealPath($"/proc/self/fd/{handle.DangerousGetHandle()}") : null;

    internal static NotAFileException TooLarge(string path, long byteLimit) =>
        new(path, $"is larger than expected: at most {Size(byteLimit)}");

    private static SafeFileHandle OpenHandle(string path)
    {
        Require(path);
        // Whatever takes its place now is opened without waiting for anybody, and looked at again.
        var file = OpenFile(path, ReadOnly | NoTerminal | NonBlocking | CloseOnExec);
        if (file < 0) throw Failure(path, Marshal.GetLastPInvokeError());
        var handle = new SafeFileHandle(file, ownsHandle: true);
        if (FileKind.Problem(handle) is not { } what) return handle;
        handle.Dispose();
        throw new NotAFileException(path, Expected(what));
    }

    private static string Expected(string what) =>
        what.Contains("pipe", StringComparison.Ordinal)
            ? $"is {what}; expected a regular file: write what it brings to one first" : $"is {what}; expected a regular file";

    private static Exception Failure(string path, int error) => error switch
    {
        NotThere => new FileNotFoundException($"there is no file {path}", path),
        NotAFolder => new DirectoryNotFoundException($"a part of {path} is no folder"),
        NotPermitted or NoAccess => new UnauthorizedAccessException($"{path} may not be read"),
        NoDevice => new NotAFileException(path, "is a socket or a device without its driver; expected a regular file"),
        _ => new IOException($"{path} cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}"),
    };

    private static string Size(long bytes)
    {
        var (divisor, unit) = bytes >= 1L << 30 ? (1L << 30, "GiB") : bytes >= 1 << 20 ? (1L << 20, "MiB") : (1L << 10, "KiB");
        return string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / divisor:0.#} {unit}");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial byte* Resolve(string path, byte* resolved);
}
