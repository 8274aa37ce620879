using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using EdgeAgent.Files;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Common;

/// <summary>
/// Memory that outlives the process: a file's pages, written by plain stores, which the kernel keeps however the process
/// ends. It only grows, by stretches that stay where they are. Where no file can be had it is ordinary memory.
/// </summary>
/// <remarks>
/// Each stretch is filled with zeros through the file system first: touching a page that it has no room for would end the
/// process (SIGBUS), a write only fails.
/// </remarks>
internal sealed unsafe partial class MappedFile : IDisposable
{
    private const int ZeroBytes = 64 * 1024;

    private readonly ILogger _logger;
    private readonly List<MemoryMappedViewAccessor> _views = [];
    private readonly List<nint> _memory = [];
    private FileStream? _file;
    private readonly FileIdentity? _identity;
    private volatile string? _failure;
    private bool _isClosed;

    /// <param name="path">The file.</param>
    /// <param name="logger">Hears where none can be had.</param>
    /// <param name="mode">Whether a new one begins, or one that is there goes on; see <see cref="MapAll"/>.</param>
    public MappedFile(string path, ILogger logger, FileMode mode = FileMode.Create)
    {
        Path = path;
        _logger = logger;
        try
        {
            if (mode == FileMode.Open) NamedFile.Require(path);
            _file = mode == FileMode.Open ? new FileStream(path, OfBefore)
                : PrivateFiles.OpenNew(path, FileAccess.ReadWrite, bufferBytes: 0);
            _identity = FileIdentity.Of(path);
        }
        catch (Exception e) when (mode != FileMode.Open && (e is IOException or UnauthorizedAccessException))
        {
            _failure = Bare(e.Message);
            NotKept(path, e.Message);
        }
    }

    private static FileStreamOptions OfBefore => new()
    {
        Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0,
    };

    public string Path { get; }

    /// <summary>Whether all that is written survives the process.</summary>
    public bool IsKept => _failure is null;

    /// <summary>Why some of it does not; null: all of it does. For any thread.</summary>
    public string? Failure => _failure ?? (_identity is { } file && file.IsGoneFrom(Path) ? "somebody has taken it away" : null);

    /// <summary>So much more memory, all zero. It stays until <see cref="Dispose"/>.</summary>
    public byte* Extend(int bytes)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_file is not null)
        {
            try
            {
                return Map(_file, bytes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Once is enough to be told; each stretch is tried.
                if (_failure is null) NotKept(Path, e.Message);
                _failure = Bare(e.Message);
            }
        }
        var memory = (nint)NativeMemory.AllocZeroed((nuint)bytes);
        _memory.Add(memory);
        return (byte*)memory;
    }

    /// <summary>Maps what a file of before holds, in one piece.</summary>
    /// <param name="multiple">It is first filled up with zeros to a multiple of this.</param>
    /// <param name="bytes">How much that is.</param>
    /// <exception cref="IOException">It cannot be filled up.</exception>
    public byte* MapAll(int multiple, out long bytes)
    {
        var length = RandomAccess.GetLength(_file!.SafeFileHandle);
        bytes = (length + multiple - 1) / multiple * multiple;
        RandomAccess.Write(_file.SafeFileHandle, new byte[bytes - length], length);
        return View(_file, 0, bytes);
    }

    public void Dispose()
    {
        _isClosed = true;
        foreach (var view in _views)
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
        }
        _views.Clear();
        foreach (var memory in _memory)
            NativeMemory.Free((void*)memory);
        _memory.Clear();
        _file?.Dispose();
        _file = null;
    }

    private byte* Map(FileStream file, int bytes)
    {
        var start = RandomAccess.GetLength(file.SafeFileHandle);
        var zeros = new byte[Math.Min(bytes, ZeroBytes)];
        for (var at = 0; at < bytes; at += zeros.Length)
            RandomAccess.Write(file.SafeFileHandle, zeros.AsSpan(0, Math.Min(zeros.Length, bytes - at)), start + at);
        return View(file, start, bytes);
    }

    private byte* View(FileStream file, long start, long bytes)
    {
        using var mapping = MemoryMappedFile.CreateFromFile(
            file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        var view = mapping.CreateViewAccessor(start, bytes);
        byte* memory = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref memory);
        _views.Add(view);
        return memory + view.PointerOffset;
    }

    /// <summary><c>No space left on device : '/run/x'</c> without the path.</summary>
    private static string Bare(string message) => message.Split(" : '")[0].TrimEnd('.');

    [LoggerMessage(LogLevel.Warning,
        "{Path} cannot be written: {Failure}. What is known of devices survives a kill only as far as the last checkpoint")]
    private partial void NotKept(string path, string failure);
}
