using System.Globalization;
using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Pipeline.Windows;

namespace EdgeAgent.Replay;

/// <summary>
/// Notes for each reading of a CSV recording whether an event was open after it, and the score of each judged one.
/// </summary>
internal sealed class VerdictLines(string? verdictFile, string? scoreFile) : IJudgementObserver, IDisposable
{
    private readonly StreamWriter? _verdictWriter = Open(verdictFile, "file,datetime,anomaly");
    private readonly StreamWriter? _scoreWriter = Open(scoreFile, "device,time,detector,score,open");
    private readonly List<(string Text, long Ticks)> _readings = [];
    private readonly List<bool> _flags = [];
    private string _file = "";

    public void BeginFile(string name)
    {
        _file = name;
        _readings.Clear();
        _flags.Clear();
    }

    public void Note(string timeText, long ticks)
    {
        // Kept until the file ends, so only where someone wants them: recordings may be long.
        if (_verdictWriter is null) return;
        _readings.Add((timeText, ticks));
        _flags.Add(false);
    }

    public void Judged(DetectorTrack track, long timeTicks, float score)
    {
        _scoreWriter?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{track.Device.Name},{new DateTime(timeTicks, DateTimeKind.Utc):o},{track.Detector.Options.Name},{score:G6},{(track.Decision.IsOpen ? 1 : 0)}"));
        if (!track.Decision.IsOpen) return;
        // Judgements lag behind by one batch at the most, so the reading is among the last ones noted.
        for (var i = _readings.Count - 1; i >= 0 && _readings[i].Ticks >= timeTicks; i--)
            if (_readings[i].Ticks == timeTicks)
                _flags[i] = true;
    }

    public void EndFile()
    {
        for (var i = 0; i < _readings.Count; i++)
            _verdictWriter?.WriteLine($"{_file},{_readings[i].Text},{(_flags[i] ? 1 : 0)}");
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
