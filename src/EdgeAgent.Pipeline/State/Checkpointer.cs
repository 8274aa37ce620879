using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.State;

/// <summary>
/// Writes a checkpoint now and then, soon after a calibration was made or renewed, and at the stop. It copies the live
/// slots from a thread of its own and keeps no lane waiting.
/// </summary>
internal sealed partial class Checkpointer : IDisposable
{
    /// <summary>Calibrations that are made one after the other share a checkpoint.</summary>
    private static readonly TimeSpan GatherFor = TimeSpan.FromSeconds(2);

    /// <summary>However many calibrations are renewed, flash is written no more often than this.</summary>
    private static readonly TimeSpan RestBetween = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly IReadOnlyList<LaneFile> _files;
    private readonly TimeSpan _every;
    private readonly ILogger _logger;
    private readonly object _gate = new();
    private readonly Thread _thread;
    private long _lastAt = Stopwatch.GetTimestamp();
    private long _askedAt;
    private long _writtenCommits = -1;
    private bool _isStopping;
    private bool _isFailing;

    public Checkpointer(string path, IReadOnlyList<LaneFile> files, TimeSpan every, ILogger logger)
    {
        (_path, _files, _every, _logger) = (path, files, every, logger);
        _thread = new Thread(Run) { Name = "checkpoint", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Checkpoints written so far.</summary>
    public int Written { get; private set; }

    /// <summary>A calibration was made or renewed, which is worth more than a window. For any thread.</summary>
    public void Ask()
    {
        lock (_gate)
        {
            if (_askedAt != 0) return;
            _askedAt = Stopwatch.GetTimestamp();
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Writes the last one; false where the disk refused. The lanes must have come to rest.</summary>
    public bool Stop()
    {
        lock (_gate)
        {
            if (_isStopping) return false;
            _isStopping = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
        Write(isOrderly: true);
        return !_isFailing;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                for (var left = TimeLeft(); !_isStopping && left > TimeSpan.Zero; left = TimeLeft())
                    Monitor.Wait(_gate, left);
                if (_isStopping) return;
                _askedAt = 0;
            }
            Write(isOrderly: false);
            _lastAt = Stopwatch.GetTimestamp();
        }
    }

    private TimeSpan TimeLeft()
    {
        var since = Stopwatch.GetElapsedTime(_lastAt);
        if (_askedAt == 0) return _every - since;
        var rest = (RestBetween < _every ? RestBetween : _every) - since;
        var gather = GatherFor - Stopwatch.GetElapsedTime(_askedAt);
        var soon = rest > gather ? rest : gather;
        return soon < _every - since ? soon : _every - since;
    }

    private void Write(bool isOrderly)
    {
        var slots = _files.SelectMany(f => f.Slots()).ToList();
        var commits = slots.Sum(s => s.Commits) + slots.Count;
        // What has not changed need not wear the flash; at the stop the head must say that this is all.
        if (commits == _writtenCommits && !isOrderly) return;
        try
        {
            CheckpointFile.Write(_path, _files, isOrderly);
            _writtenCommits = commits;
            Written++;
            if (_isFailing) CheckpointsAgain();
            _isFailing = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_isFailing) CheckpointFailed(_path, e.Message);
            _isFailing = true;
        }
    }

    [LoggerMessage(
        LogLevel.Error, "{Path} cannot be written: {Failure}. A power cut would cost what devices have learned since the last one")]
    private partial void CheckpointFailed(string path, string failure);

    [LoggerMessage(LogLevel.Information, "checkpoints are written again")]
    private partial void CheckpointsAgain();
}
