using EdgeAgent.Cli;
using System.Diagnostics;
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
    private readonly List<SourceOptions> _sources;
    private readonly ModelShelf _models;
    private readonly EventLines _events;
    private readonly VerdictLines _verdicts;
    private readonly PlotRecorder? _plot;
    private readonly DeadLetter _deadLetter;
    private readonly Lane _lane;
    private readonly RecordingPlayer _player;
    private readonly ReadNotes _notes;
    private readonly Stopwatch _watch = new();
    private bool _hasLabels;

    /// <param name="request">What is asked for.</param>
    /// <param name="options">Whose detectors judge.</param>
    /// <param name="notes">Told what was unusual about the files; null: standard error.</param>
    /// <exception cref="BundleException">A model cannot be used.</exception>
    /// <exception cref="RecordingException">There is nothing to play.</exception>
    public ReplayRun(ReplayRequest request, AgentOptions options, TextWriter? notes = null)
    {
        _notes = new ReadNotes(notes ?? Console.Error);
        _request = request;
        _files = RecordingFiles.Find(request.Files);
        _sources = SourcesOf(request, options);
        CheckOutputs(request, _files);
        _models = new ModelShelf(options);
        // Offline someone is watching, and half a result would mislead.
        if (_models.Troubles.Count > 0) throw new BundleException(string.Join("\n", _models.Troubles));
        if (options.Detectors.Exists(d => d.Gate is not null) || options.Rules.Exists(r => r.Gate is not null))
            Say.Error("a replay has no lines, so every gate is open: what waited at one is judged here");
        _events = new EventLines(options, request.Events);
        _verdicts = new VerdictLines(request.Verdicts, request.Scores);
        _deadLetter = new DeadLetter(file: null, WarningLines.Instance, TimeProvider.System);
        _plot = request.Plot is null ? null : new PlotRecorder(new LabelNames(request.Labels));
        var watch = new ReplayWatch(_events, _verdicts, _plot);
        _lane = new Lane(new DetectionSetup(_models.InService.Detection, _models.Models), watch, WarningLines.Instance, watch);
        _player = new RecordingPlayer(
            _sources, new LaneRunner(_lane), _deadLetter, request.Labels, decodesMessages: request.Config is not null)
        {
            Noted = _notes.Add,
        };
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
                _lane.TakeHeld();
            }
            // In a folder other files lie beside recordings.
            catch (RecordingException e) when (file.IsFound)
            {
                first ??= e;
                refused++;
                Say.Error($"{e.Message} (file left out)");
            }
            _notes.EndFile();
            _verdicts.EndFile();
            progress.FileDone(new FileInfo(file.Path).Length);
        }
        if (refused == _files.Count) throw first!;
        _watch.Stop();
        if (_plot is not null) PlotFile.Write(_request.Plot!, _plot);
        if (_request.Labels is { } column && !_hasLabels && _plot?.HasLabels != true)
            Say.Error($"--labels {column}: no recording has such a column");
    }

    private void Note(bool hasMessages, RecordedReading reading)
    {
        // Messages may be of many devices, and the verdicts of a file are of one.
        if (!hasMessages) _verdicts.Note(reading.TimeText, reading.TimeTicks);
        _plot?.Label(reading);
        _hasLabels |= reading.HasLabels;
    }

    /// <summary>What came of it.</summary>
    public ReplaySummary Summary => new(
        _files.Count, _player, _lane.Counters, _events, _sources, _watch.Elapsed, _lane.Detectors.Sum(d => d.Counters.NotANumber));

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

    /// <summary>Messages go to each by their topics; what has no topic goes to the first.</summary>
    private static List<SourceOptions> SourcesOf(ReplayRequest request, AgentOptions options)
    {
        if (options.Sources.Count == 0)
            throw new RecordingException($"{request.Config}: has no source that recordings could stand for: write a [sources.NAME]");
        if (request.Source is null) return options.Sources;
        var names = string.Join(", ", options.Sources.Select(s => s.Name));
        return options.Sources.Find(s => s.Name == request.Source) is { } source
            ? [source]
            : throw new RecordingException($"--source {request.Source}: the configuration has {names}");
    }
}
