using EdgeAgent.Pipeline.Detection.Lanes;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline;

/// <summary>
/// Tells in the log, a line a source and reason and at most one a minute, of readings that came late, from ahead or twice. Whoever
/// samples the pipeline calls it; it only reads counters.
/// </summary>
internal sealed partial class FilteredLog(IReadOnlyList<LaneCounters> lanes, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string Source, FilterReason Reason), long> _told = [];
    private long _toldAt = time.GetTimestamp();

    public void Tell()
    {
        if (time.GetElapsedTime(_toldAt) < Every) return;
        _toldAt = time.GetTimestamp();
        foreach (var source in lanes.SelectMany(l => l.BySource).GroupBy(f => f.Source))
        {
            if (New(FilterReason.Late, source, out var device) is var late and > 0) CameLate(source.Key, late, device);
            if (New(FilterReason.Ahead, source, out device) is var ahead and > 0) CameFromAhead(source.Key, ahead, device);
            if (New(FilterReason.Duplicate, source, out device) is var again and > 0) CameAgain(source.Key, again, device);
        }
    }

    private long New(FilterReason reason, IGrouping<string, SourceFilter> source, out string device)
    {
        var count = source.Sum(f => f.Count(reason));
        device = source.Select(f => f.LastDevice(reason)).FirstOrDefault(d => d is not null) ?? "";
        var before = _told.GetValueOrDefault((source.Key, reason));
        _told[(source.Key, reason)] = count;
        return count - before;
    }

    [LoggerMessage(LogLevel.Warning,
        "source {Source}: {Count} messages came too late in the last minute and were left out: their time is before that of a reading "
            + "already taken; {Device} sent one of them")]
    private partial void CameLate(string source, long count, string device);

    [LoggerMessage(LogLevel.Warning,
        "source {Source}: {Count} messages of the last minute were left out: their times are far ahead of those around them; "
            + "{Device} sent one of them. Look at its clock")]
    private partial void CameFromAhead(string source, long count, string device);

    [LoggerMessage(LogLevel.Information,
        "source {Source}: {Count} messages came again in the last minute and were left out; {Device} sent one of them")]
    private partial void CameAgain(string source, long count, string device);
}
