using EdgeAgent.Files;
using EdgeAgent.Pipeline.Common;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.State;

/// <summary>What a live file held.</summary>
/// <param name="Pending">Events that may not have been safe.</param>
/// <param name="IsLastWord">Whether it is of this boot and holds, with the other lanes', all that was not safe when its run began.</param>
internal sealed record LaneFileContent(byte[] Pending, bool IsLastWord);

/// <summary>
/// What one lane keeps in memory that outlives the process: a live file for events that are not safe yet, made anew by each run, and the
/// devices beside it, which go on from run to run.
/// </summary>
internal sealed unsafe class LaneFile : IDisposable
{
    public const int PendingBytes = 512 * 1024;

    private const long Magic = 0x314556494C454745;
    /// <summary>1 had the devices behind the events; these lie at the same place in both.</summary>
    private const int Format = 2;
    private const int HeadBytes = 4096;

    private struct Head
    {
        public long Magic;
        public int Format, PendingBytes;
        public fixed byte Boot[BootId.Bytes];
        public int IsLastWord;
    }

    private readonly MappedFile _file;
    private readonly byte* _memory;

    /// <param name="path">Of the live file.</param>
    /// <param name="boot">This boot.</param>
    /// <param name="devices">The devices.</param>
    /// <param name="logger">Hears where no file can be had.</param>
    public LaneFile(string path, string boot, SlotFile devices, ILogger logger)
    {
        Devices = devices;
        _file = new MappedFile(path, logger);
        var memory = _memory = _file.Extend(HeadBytes + PendingBytes);
        Pending = (nint)memory + HeadBytes;
        ref var head = ref *(Head*)memory;
        (head.Format, head.PendingBytes) = (Format, PendingBytes);
        BootId.Text(boot).CopyTo(new Span<byte>(((Head*)memory)->Boot, BootId.Bytes));
        Volatile.Write(ref head.Magic, Magic);
    }

    public SlotFile Devices { get; }
    public string Path => _file.Path;
    public bool IsKept => _file.IsKept;
    /// <summary>Why what lies here or in <see cref="Devices"/> does not all survive the process; null: it does. For any thread.</summary>
    public string? Failure => _file.IsKept ? Devices.Failure : $"{_file.Path}: {_file.Failure}";
    /// <summary>Where events are kept that are not safe yet.</summary>
    public nint Pending { get; }

    /// <summary>How much of that is in use; asked from another thread.</summary>
    public Func<int>? PendingUsed { get; set; }

    /// <summary>A copy of what is in use of it.</summary>
    public ReadOnlySpan<byte> CopyPending() => new ReadOnlySpan<byte>((void*)Pending, PendingUsed?.Invoke() ?? 0).ToArray();

    /// <summary>From now on nothing that was not safe before this run is anywhere else.</summary>
    public void MarkLastWord() => Volatile.Write(ref ((Head*)_memory)->IsLastWord, 1);

    /// <summary>The slots of all devices.</summary>
    public TrackSlot[] Slots() => Devices.Slots();

    public void Dispose()
    {
        Devices.Dispose();
        _file.Dispose();
    }

    /// <summary>Reads a live file of the run before.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static LaneFileContent Read(string path, string boot)
    {
        NamedFile.Require(path);
        using var file = File.OpenHandle(path);
        var bytes = new byte[HeadBytes + PendingBytes];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var more) read += more;
        if (read < bytes.Length) throw new InvalidDataException($"it has {read} bytes, less than its head");
        fixed (byte* memory = bytes)
        {
            ref var head = ref *(Head*)memory;
            if (head.Magic != Magic) throw new InvalidDataException("it is no live file");
            if (head.Format is < 1 or > Format || head.PendingBytes != PendingBytes)
                throw new InvalidDataException("another version of the agent wrote it");
            var isOfThisBoot = new Span<byte>(((Head*)memory)->Boot, BootId.Bytes).SequenceEqual(BootId.Text(boot));
            return new LaneFileContent(bytes[HeadBytes..], isOfThisBoot && head.IsLastWord != 0);
        }
    }
}
