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
    private bool _isClosed;

    public MappedFile(string path, ILogger logger)
    {
        Path = path;
        _logger = logger;
        try
        {
            NamedFile.Require(path);
            _file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Create, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotKept(path, e.Message);
        }
    }

    public string Path { get; }

    /// <summary>Whether what is written survives the process.</summary>
    public bool IsKept => _file is not null;

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
                NotKept(Path, e.Message);
            }
        }
        var memory = (nint)NativeMemory.AllocZeroed((nuint)bytes);
        _memory.Add(memory);
        return (byte*)memory;
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
        using var mapping = MemoryMappedFile.CreateFromFile(
            file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        var view = mapping.CreateViewAccessor(start, bytes);
        byte* memory = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref memory);
        _views.Add(view);
        return memory + view.PointerOffset;
    }

    [LoggerMessage(LogLevel.Warning,
        "{Path} cannot be written: {Failure}. What is known of devices survives a kill only as far as the last checkpoint")]
    private partial void NotKept(string path, string failure);
}
