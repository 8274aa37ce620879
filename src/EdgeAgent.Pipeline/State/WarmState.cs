using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Sources;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.State;

/// <summary>
/// What the agent knows of its devices, through restarts: live files that survive the process, a checkpoint that survives
/// the machine. Whatever is damaged is told and left behind; the agent starts.
/// </summary>
internal sealed partial class WarmState : IDisposable
{
    private const string LivePattern = "lane-*.live";
    private const string DevicesPattern = "lane-*.devices";
    private const string NewPattern = "lane-*.live.new";
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromDays(30);

    private static readonly long ClockIsSet = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    private readonly ILogger _logger;
    private readonly string _boot;
    private readonly long _now;
    private readonly List<byte[]> _pending = [];
    private readonly List<LaneFile> _files = [];
    private readonly string[] _live;
    private readonly StateLock? _lock;
    private bool _isLiveLastWord;
    /// <summary>A device that only the checkpoint has was given up after that.</summary>
    private readonly bool _areDevicesWhole;
    private readonly Checkpointer _checkpointer;

    public WarmState(StateOptions options, int lanes, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _boot = BootId.Read();
        var folder = RuntimeFolder.Choose(options.RuntimeFolder, options.Folder, logger);
        FolderRights.Secure(folder, logger);
        // The state folder has its lock already.
        var isApart = Path.GetFullPath(folder) != Path.GetFullPath(options.Folder);
        if (isApart && !TryLock(folder, out _lock)) folder = options.Folder;
        var checkpoint = Path.Combine(options.Folder, "devices.checkpoint");
        (Folder, _now) = (folder, time.GetUtcNow().UtcTicks);
        var live = Find(folder, LivePattern);
        _isLiveLastWord = live.Length > 0;
        foreach (var path in live)
            if (!Guard(path, () => TakeLive(path))) _isLiveLastWord = false;
        foreach (var path in Find(folder, NewPattern))
            Guard(path, () => File.Delete(path));

        for (var i = 0; i < lanes; i++)
            _files.Add(new LaneFile(Path.Combine(folder, $"lane-{i}.live.new"), _boot, Devices(i), logger));
        _areDevicesWhole = _files.All(f => f.Devices.WholeOf == lanes && f.Devices.Damaged == 0);
        if (!_areDevicesWhole) _files.ForEach(f => f.Devices.WholeOf = 0);
        _checkpointer = new Checkpointer(checkpoint, _files, options.Checkpoint, logger);
        Lanes = [.. _files.Select(f => new LaneState(f.Devices, _checkpointer.Ask, logger))];
        // Those that other lanes bring are not looked at twice.
        var slots = _files.ConvertAll(f => f.Slots());
        for (var i = 0; i < lanes; i++)
            TakeSlots(_files[i].Devices, slots[i], lane: i);
        TakeOtherLanes();
        if (File.Exists(checkpoint)) Guard(checkpoint, () => TakeCheckpoint(checkpoint));
        if (Lanes.Sum(l => l.Waiting) is > 0 and var count) DevicesGoOn(count);
        _live = live;
    }

    /// <summary>Where live files are kept.</summary>
    public string Folder { get; }

    public IReadOnlyList<LaneState> Lanes { get; }

    /// <summary>The live file of each lane.</summary>
    public IReadOnlyList<LaneFile> Files => _files;

    /// <summary>What such places held when the run before ended.</summary>
    public IReadOnlyList<byte[]> PendingBefore => _pending;

    /// <summary>Checkpoints written so far.</summary>
    public int Checkpoints => _checkpointer.Written;

    /// <summary>
    /// The new live files take the place of the old ones. Until here a kill leaves the old ones as they were; a kill in
    /// between leaves some of both, and of two copies of a device the newer one counts.
    /// </summary>
    /// <param name="areAllKept">Whether the new files hold all events of before that are not safe: then a checkpoint's do not count any
    /// more.</param>
    public void Begin(bool areAllKept = false)
    {
        for (var i = 0; i < _files.Count; i++)
            if (_files[i].IsKept)
                Guard(_files[i].Path, () => File.Move(_files[i].Path, Path.Combine(Folder, $"lane-{i}.live"), overwrite: true));
        foreach (var path in _live.Except(Enumerable.Range(0, _files.Count).Select(i => Path.Combine(Folder, $"lane-{i}.live"))))
            Guard(path, () => File.Delete(path));
        foreach (var path in OtherLanes())
            Guard(path, () => File.Delete(path));
        if (areAllKept && _files.All(f => f.IsKept)) _files.ForEach(f => f.MarkLastWord());
        if (_files.All(f => f.Devices.IsKept)) _files.ForEach(f => f.Devices.WholeOf = _files.Count);
    }

    /// <summary>Writes the last checkpoint, which makes the live files needless. The lanes must have come to rest.</summary>
    public void Stop()
    {
        if (!_checkpointer.Stop()) return;
        foreach (var path in Find(Folder, LivePattern).Concat(Find(Folder, DevicesPattern)))
            Guard(path, () => File.Delete(path));
    }

    public void Dispose()
    {
        _checkpointer.Dispose();
        foreach (var file in _files)
            file.Dispose();
        _lock?.Dispose();
    }

    private void TakeLive(string path)
    {
        var content = LaneFile.Read(path, _boot);
        _pending.Add(content.Pending);
        _isLiveLastWord &= content.IsLastWord;
    }

    private string DevicesPath(int lane) => Path.Combine(Folder, $"lane-{lane}.devices");

    /// <summary>The devices of a lane, where they lie; an empty file where there are none.</summary>
    private SlotFile Devices(int lane)
    {
        var path = DevicesPath(lane);
        return Adopted(path) ?? SlotFile.Create(path, _boot, _logger);
    }

    private SlotFile? Adopted(string path)
    {
        SlotFile? found = null;
        if (!File.Exists(path) || !Guard(path, () => found = SlotFile.Adopt(path, _boot, _logger))) return null;
        if (found is null) LiveOfOtherBoot(path);
        if (found?.Damaged > 0) PartlyDamaged(path, found.Damaged);
        return found;
    }

    /// <summary>Leaves the slots of a file to the lanes that their devices belong to.</summary>
    /// <param name="from">Where they lie.</param>
    /// <param name="slots">The slots.</param>
    /// <param name="lane">Whose file it is; negative: no lane's any more.</param>
    private void TakeSlots(SlotFile from, TrackSlot[] slots, int lane)
    {
        var buffer = Array.Empty<byte>();
        foreach (var slot in slots)
        {
            var bytes = slot.Copy(ref buffer).Length;
            if (SlotImage.Parse(buffer, bytes) is not { } image) continue;
            var of = Device.LaneOf(image.Device, Lanes.Count);
            if (IsForgotten(image))
            {
                from.Remove(slot);
            }
            else if (of == lane)
            {
                Lanes[of].Keep(slot, image.Detector, image.Device);
            }
            else
            {
                Lanes[of].Keep(image);
                from.Remove(slot);
            }
        }
    }

    /// <summary>There were more lanes before.</summary>
    private void TakeOtherLanes()
    {
        foreach (var path in OtherLanes())
        {
            using var devices = Adopted(path);
            if (devices is not null) TakeSlots(devices, devices.Slots(), lane: -1);
        }
    }

    private IEnumerable<string> OtherLanes() => Find(Folder, DevicesPattern).Except(_files.Select(f => f.Devices.Path));

    private void TakeCheckpoint(string path)
    {
        var content = CheckpointFile.Read(path, (image, isOrderly) =>
        {
            if (!isOrderly && _areDevicesWhole) return;
            if (!isOrderly) image.LeapReports();
            if (!IsForgotten(image)) Lanes[Device.LaneOf(image.Device, Lanes.Count)].Keep(image);
        });
        if (content.Damaged > 0) PartlyDamaged(path, content.Damaged);
        // Live files know better: what was pending when it was written may long have been delivered.
        if (!_isLiveLastWord) _pending.AddRange(content.Pending);
        if (content.IsOrderly) CheckpointFile.MarkUsed(path);
    }

    /// <summary>A machine without a clock begins in 1970: what it heard then was not heard long ago.</summary>
    private bool IsForgotten(SlotImage image) =>
        image.HotHead.HeardTicks > ClockIsSet && _now - image.HotHead.HeardTicks > ForgetAfter.Ticks;

    private string[] Find(string folder, string pattern)
    {
        try
        {
            var files = Directory.GetFiles(folder, pattern);
            Array.Sort(files, StringComparer.Ordinal);
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotUsable(folder, e.Message.TrimEnd('.'));
            return [];
        }
    }

    /// <summary>Does something with a file; what goes wrong is told, and the file set aside.</summary>
    private bool Guard(string path, Action use)
    {
        try
        {
            use();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            NotUsable(path, e.Message.TrimEnd('.'));
            SetAside(path);
            return false;
        }
    }

    private static void SetAside(string path)
    {
        try
        {
            if (File.Exists(path)) File.Move(path, path + ".damaged", overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It was told already; the next start tells it again.
        }
    }

    private bool TryLock(string folder, out StateLock? taken)
    {
        taken = null;
        try
        {
            taken = StateLock.Take(folder);
            return true;
        }
        catch (IOException e)
        {
            FolderInUse(folder, e.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Folder} is left alone: {Failure}. What must survive the process is kept in the state folder instead")]
    private partial void FolderInUse(string folder, string failure);

    [LoggerMessage(LogLevel.Information, "{Count} devices go on where they were")]
    private partial void DevicesGoOn(int count);

    [LoggerMessage(LogLevel.Information, "{Path} is of another boot and may be torn; the checkpoint counts")]
    private partial void LiveOfOtherBoot(string path);

    [LoggerMessage(LogLevel.Warning, "{Path}: {Count} devices could not be read; they calibrate anew unless another file has them")]
    private partial void PartlyDamaged(string path, int count);

    [LoggerMessage(LogLevel.Warning, "{Path} cannot be used: {Failure}. It is set aside, and the agent goes on without it")]
    private partial void NotUsable(string path, string failure);
}
