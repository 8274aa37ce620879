using System.Globalization;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Replay;

/// <summary>
/// Notes for each reading of a table whether an event was open after it, and the score of each judged one.
/// </summary>
internal sealed class VerdictLines(string? verdictFile, string? scoreFile) : IJudgementObserver, IDisposable
{
    private readonly StreamWriter? _verdictWriter = Open(verdictFile, "file,datetime,anomaly");
    private readonly StreamWriter? _scoreWriter = Open(scoreFile, "device,time,detector,score,open");
    private readonly List<string> _times = [];
    private readonly ReadingVerdicts _verdicts = new();
    private string _file = "";

    public void BeginFile(string name)
    {
        _file = name;
        _times.Clear();
        _verdicts.Clear();
    }

    public void Note(string timeText, long ticks)
    {
        // Kept until the file ends, so only where someone wants them: recordings may be long.
        if (_verdictWriter is null) return;
        _times.Add(timeText);
        _verdicts.Note(ticks);
    }

    public void Judged(DetectorTrack track, long timeTicks, float score)
    {
        _scoreWriter?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{track.Device.Name},{new DateTime(timeTicks, DateTimeKind.Utc):o},{track.Detector.Options.Name},{score:G6},{(track.Decision.IsOpen ? 1 : 0)}"));
        if (_verdictWriter is not null) _verdicts.Judged(track.Device.Name, track.Detector.Options.Name, timeTicks, track.Decision.IsOpen);
    }

    /// <summary>Takes note of an event that no judgement closed.</summary>
    public void Take(AnomalyEvent report)
    {
        if (report is { Kind: EventKind.Closed, ClosedBecause: not null })
            _verdicts.Closed(report.Device, report.Detector, report.TimeTicks);
    }

    public void EndFile()
    {
        if (_verdictWriter is null) return;
        var isOpen = _verdicts.ToArray();
        for (var i = 0; i < isOpen.Length; i++)
            _verdictWriter.WriteLine($"{_file},{_times[i]},{(isOpen[i] ? 1 : 0)}");
    }

    public void Dispose()
    {
        _verdictWriter?.Dispose();
        _scoreWriter?.Dispose();
    }

    private static StreamWriter? Open(string? file, string header)
    {
        if (file is null) return null;
        var writer = new StreamWriter(file) { NewLine = "\n" };
        writer.WriteLine(header);
        return writer;
    }
}
