using System.Diagnostics;
using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Recordings;
using EdgeAgent.Recordings;
using EdgeAgent.Replay.Plot;

namespace EdgeAgent.Replay;

/// <summary>One replay: a lane, the recordings, and the files that its results go to.</summary>
internal sealed class ReplayRun : IDisposable
{
    private readonly ReplayRequest _request;
    private readonly IReadOnlyList<RecordingFile> _files;
    private readonly ModelShelf _models;
    private readonly EventLines _events;
    private readonly VerdictLines _verdicts;
    private readonly PlotRecorder? _plot;
    private readonly DeadLetter _deadLetter;
    private readonly Lane _lane;
    private readonly RecordingPlayer _player;
    private readonly Stopwatch _watch = new();
    private bool _hasLabels;

    /// <exception cref="BundleException">A model cannot be used.</exception>
    /// <exception cref="RecordingException">There is nothing to play.</exception>
    public ReplayRun(ReplayRequest request, AgentOptions options)
    {
        _request = request;
        _files = RecordingFiles.Find(request.Files);
        var source = SourceOf(request, options);
        CheckOutputs(request, _files);
        _models = new ModelShelf(options);
        // Offline someone is watching, and half a result would mislead.
        if (_models.Troubles.Count > 0) throw new BundleException(string.Join("\n", _models.Troubles));
        if (options.Detectors.Exists(d => d.Gate is not null) || options.Rules.Exists(r => r.Gate is not null))
            Console.Error.WriteLine("edgeagent: a replay has no lines, so every gate is open: what waited at one is judged here");
        _events = new EventLines(options, request.Events);
        _verdicts = new VerdictLines(request.Verdicts, request.Scores);
        _deadLetter = new DeadLetter(file: null, WarningLines.Instance, TimeProvider.System);
        _plot = request.Plot is null ? null : new PlotRecorder(new LabelNames(request.Labels));
        var watch = new ReplayWatch(_events, _verdicts, _plot);
        _lane = new Lane(new DetectionSetup(options.Detection, _models.Models), watch, WarningLines.Instance, watch);
        _player = new RecordingPlayer(
            source, new LaneRunner(_lane), _deadLetter, request.Labels, decodesMessages: request.Config is not null);
    }

    public void Play(CancellationToken cancel)
    {
        using var progress = new ReplayProgress(_files.Sum(f => new FileInfo(f.Path).Length));
        _watch.Start();
        RecordingException? first = null;
        var refused = 0;
        foreach (var file in _files)
        {
            _verdicts.BeginFile(file.Name);
            _plot?.BeginFile(file.Name);
            try
            {
                var hasMessages = RecordingFiles.HoldsMessages(file.Path);
                _player.Play(file, reading => Note(hasMessages, reading), progress.Show, cancel);
            }
            // In a folder other files lie beside recordings.
            catch (RecordingException e) when (file.IsFound)
            {
                first ??= e;
                refused++;
                Console.Error.WriteLine($"edgeagent: {e.Message} (file left out)");
            }
            _verdicts.EndFile();
            progress.FileDone(new FileInfo(file.Path).Length);
        }
        if (refused == _files.Count) throw first!;
        _watch.Stop();
        if (_plot is not null) PlotFile.Write(_request.Plot!, _plot);
        if (_request.Labels is { } column && !_hasLabels && _plot?.HasLabels != true)
            Console.Error.WriteLine($"edgeagent: --labels {column}: no recording has such a column");
    }

    private void Note(bool hasMessages, RecordedReading reading)
    {
        // Messages may be of many devices, and the verdicts of a file are of one.
        if (!hasMessages) _verdicts.Note(reading.TimeText, reading.TimeTicks);
        _plot?.Label(reading);
        _hasLabels |= reading.HasLabels;
    }

    public bool HasJudged => _lane.Counters.Judged > 0;

    public void PrintSummary(TextWriter output)
    {
        var counters = _lane.Counters;
        var bad = _player.BadLines;
        if (_request.Json)
        {
            using var stream = new MemoryStream();
            using (var json = new Utf8JsonWriter(stream))
            {
                json.WriteStartObject();
                json.WriteNumber("files", _files.Count);
                json.WriteNumber("readings", _player.Played);
                json.WriteNumber("windowed", counters.Windowed);
                json.WriteNumber("filtered", counters.Filtered);
                json.WriteNumber("unusable", bad);
                json.WriteNumber("judged", counters.Judged);
                json.WriteNumber("anomalies", _events.Opened);
                json.WriteNumber("events", _events.Events);
                json.WriteNumber("eventBytes", _events.Bytes);
                json.WriteNumber("seconds", Math.Round(_watch.Elapsed.TotalSeconds, 3));
                json.WriteEndObject();
            }
            output.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
            return;
        }
        output.WriteLine(
            $"{_files.Count} recordings, {_player.Played} readings in {_watch.Elapsed.TotalSeconds:0.00} s "
                + $"({_player.Played / Math.Max(_watch.Elapsed.TotalSeconds, 1e-6):0} readings/s)");
        output.WriteLine($"{counters.Judged} judged, {_events.Opened} anomalies, {_events.Events} events of {_events.Bytes} bytes");
        if (counters.Filtered > 0)
            output.WriteLine(
                $"{counters.Filtered} filtered: {counters.FilteredLate} late, {counters.FilteredLacksChannel} lack a channel of the "
                    + $"model, {counters.FilteredNoDetector} without a detector");
        if (bad > 0) output.WriteLine($"{bad} not usable{(_player.FirstProblem is null ? "" : $", the first: {_player.FirstProblem}")}");
    }

    public void Dispose()
    {
        _player.Dispose();
        _lane.Dispose();
        _deadLetter.Dispose();
        _models.Dispose();
        _events.Dispose();
        _verdicts.Dispose();
    }

    /// <summary>Results are written while recordings are read, so no file may be both, nor hold two results.</summary>
    private static void CheckOutputs(ReplayRequest request, IReadOnlyList<RecordingFile> files)
    {
        var taken = files.Select(f => Path.GetFullPath(f.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var output in new[] { request.Events, request.Scores, request.Verdicts, request.Plot }.OfType<string>())
            if (!taken.Add(Path.GetFullPath(output)))
                throw new RecordingException($"{output}: is a recording or another result already; name a file of its own");
        // It is written last; hours of replay should not end in a folder that is not there.
        if (request.Plot is not null && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(request.Plot))))
            throw new RecordingException($"{request.Plot}: no such folder");
    }

    private static SourceOptions SourceOf(ReplayRequest request, AgentOptions options)
    {
        if (request.Source is null) return options.Sources[0];
        var names = string.Join(", ", options.Sources.Select(s => s.Name));
        return options.Sources.Find(s => s.Name == request.Source)
            ?? throw new RecordingException($"--source {request.Source}: the configuration has {names}");
    }
}
