using System.Runtime.InteropServices;
using System.Text;

namespace EdgeAgent.Pipeline.Tests.Outbox.Salvage;

/// <summary>One thing that the kernel asked of the disk: bytes to write, or, without any, that all before it be kept for good.</summary>
internal readonly record struct DiskRequest(long Offset, byte[]? Bytes)
{
    public bool IsFlush => Bytes is null;
}

/// <summary>
/// A disk as the kernel sees it from below a real file system: every write and every flush that reaches it is recorded, in
/// order, so that any moment of its life can be had again. It is one file of a FUSE file system of our own, served by a
/// thread of this process, and a loop device lies on it. Needs root.
/// </summary>
/// <remarks>https://github.com/torvalds/linux/blob/master/include/uapi/linux/fuse.h</remarks>
internal sealed unsafe partial class RecordedDisk : IDisposable
{
    private const int GetAttribute = 3, Open = 14, Read = 15, Write = 16, Release = 18, Sync = 20, Flush = 25, Initialise = 26;
    private const int Forget = 2, Interrupt = 36, ForgetMany = 42;
    private const int InHeadBytes = 40, OutHeadBytes = 16, ReadWriteBytes = 40;
    private const int WriteLimit = 128 << 10, NotImplemented = -38;
    private const int ReadWriteFlags = 2, LazyUnmount = 2;

    private readonly byte[] _content;
    private readonly List<DiskRequest> _requests = [];
    private readonly byte[] _in = new byte[(256 << 10) + InHeadBytes];
    private readonly byte[] _out = new byte[(256 << 10) + OutHeadBytes];
    private readonly int _device;
    private readonly Thread _thread;

    /// <param name="path">Where it is seen: a file that is there.</param>
    /// <param name="content">What is on it. It stays as it is.</param>
    public RecordedDisk(string path, byte[] content)
    {
        (Path, _content) = (path, [.. content]);
        _device = OpenFile("/dev/fuse", ReadWriteFlags);
        Assert.True(_device >= 0, "no /dev/fuse");
        Assert.True(Mount("recorded", path, "fuse", 0, $"fd={_device},rootmode=100600,user_id=0,group_id=0") == 0,
            $"mount: {Marshal.GetLastPInvokeError()}");
        _thread = new Thread(Serve) { Name = "recorded disk", IsBackground = true };
        _thread.Start();
    }

    public string Path { get; }

    /// <summary>How many requests there have been.</summary>
    public int Count
    {
        get { lock (_requests) return _requests.Count; }
    }

    public List<DiskRequest> Requests
    {
        get { lock (_requests) return [.. _requests]; }
    }

    public void Dispose()
    {
        _ = Unmount(Path, LazyUnmount);
        _thread.Join();
        _ = Close(_device);
    }

    private void Serve()
    {
        while (true)
        {
            nint length;
            fixed (byte* bytes = _in) length = ReadFile(_device, bytes, _in.Length);
            // It is unmounted, or a request was taken back before it was read.
            if (length < InHeadBytes && Marshal.GetLastPInvokeError() is var error && error is not (2 or 4 or 11)) return;
            if (length >= InHeadBytes) Answer(_in.AsSpan(0, (int)length));
        }
    }

    private void Answer(ReadOnlySpan<byte> request)
    {
        var (kind, id) = (Number(request, 4), MemoryMarshal.Read<long>(request[8..]));
        if (kind is Forget or Interrupt or ForgetMany) return;
        var body = request[InHeadBytes..];
        var answer = _out.AsSpan(OutHeadBytes);
        var (length, error) = kind switch
        {
            Initialise => (Put(answer, 64, [7, 31, 0, 0, 0, WriteLimit, 1]), 0),
            GetAttribute => (Attributes(answer), 0),
            Open => (Put(answer, 16, []), 0),
            Read => (TakeRead(body, answer), 0),
            Write => (TakeWrite(body, answer), 0),
            Sync => (Note(new DiskRequest(0, null)), 0),
            Flush or Release => (0, 0),
            _ => (0, NotImplemented),
        };
        var whole = _out.AsSpan(0, OutHeadBytes + length);
        BitConverter.TryWriteBytes(whole, whole.Length);
        BitConverter.TryWriteBytes(whole[4..], error);
        BitConverter.TryWriteBytes(whole[8..], id);
        fixed (byte* bytes = whole) _ = WriteFile(_device, bytes, whole.Length);
    }

    private int TakeRead(ReadOnlySpan<byte> body, Span<byte> answer)
    {
        var (offset, size) = (MemoryMarshal.Read<long>(body[8..]), Number(body, 16));
        var bytes = _content.AsSpan((int)Math.Min(offset, _content.Length));
        bytes = bytes[..Math.Min(size, bytes.Length)];
        bytes.CopyTo(answer);
        return bytes.Length;
    }

    private int TakeWrite(ReadOnlySpan<byte> body, Span<byte> answer)
    {
        var offset = MemoryMarshal.Read<long>(body[8..]);
        var bytes = body.Slice(ReadWriteBytes, Number(body, 16));
        bytes.CopyTo(_content.AsSpan((int)offset));
        Note(new DiskRequest(offset, bytes.ToArray()));
        return Put(answer, 8, [bytes.Length]);
    }

    private int Note(DiskRequest request)
    {
        lock (_requests) _requests.Add(request);
        return 0;
    }

    /// <summary>A plain file of its size that only its owner may touch. The answer holds for an hour.</summary>
    private int Attributes(Span<byte> answer)
    {
        Put(answer, 104, [3600]);
        BitConverter.TryWriteBytes(answer[16..], 1L);
        BitConverter.TryWriteBytes(answer[24..], (long)_content.Length);
        BitConverter.TryWriteBytes(answer[32..], _content.Length / 512L);
        BitConverter.TryWriteBytes(answer[76..], 0x8180);
        BitConverter.TryWriteBytes(answer[80..], 1);
        return 104;
    }

    private static int Put(Span<byte> answer, int length, ReadOnlySpan<int> numbers)
    {
        answer[..length].Clear();
        MemoryMarshal.AsBytes(numbers).CopyTo(answer);
        return length;
    }

    private static int Number(ReadOnlySpan<byte> bytes, int at) => MemoryMarshal.Read<int>(bytes[at..]);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(int file, byte* bytes, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(int file, byte* bytes, nint length);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string kind, nuint flags, string options);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
