using System.Text;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Recordings;
using EdgeAgent.Recordings.Messages;

namespace EdgeAgent.Pipeline.Sources.Recordings;

/// <summary>
/// Plays recordings into one lane as fast as it goes: the stages are those of the live path, only the broker is missing.
/// Holds a whole file, several times its size while it is read; messages that a source decodes are taken line by line.
/// </summary>
internal sealed class RecordingPlayer : IDisposable
{
    private const int ReadingsPerBatch = 256;

    private readonly IRowReceiver _lane;
    private readonly SourceOptions _options;
    private readonly ChannelTable _channels;
    private readonly RecordedInput[] _inputs;
    private readonly string? _label;
    private readonly bool _decodesMessages;
    private readonly RowBatch _batch = new();

    /// <param name="sources">Whose detectors judge the recordings: each those of its topics, the first all that have none.</param>
    /// <param name="lane">Judges each batch before it returns.</param>
    /// <param name="deadLetter">Where unusable lines go.</param>
    /// <param name="label">A column of a table that is a label besides those known by name, and the one that counts; null: none.</param>
    /// <param name="decodesMessages">Messages are decoded as the source says, not read like tables.</param>
    public RecordingPlayer(
        IReadOnlyList<SourceOptions> sources, IRowReceiver lane, DeadLetter deadLetter, string? label = null,
        bool decodesMessages = false)
    {
        (_lane, _options) = (lane, sources[0]);
        _channels = new ChannelTable(_options);
        _inputs = [.. sources.Select(s => new RecordedInput(
            s, new SourceTopics(s.Topics), new RowIntake(s, [lane], deadLetter, Counters)))];
        (_label, _decodesMessages) = (label, decodesMessages);
    }

    /// <summary>Told what was unusual about a file of readings, and what was done about it.</summary>
    public Action<string>? Noted { get; init; }

    /// <summary>Of messages; rows of tables are not in it.</summary>
    public SourceCounters Counters { get; } = new();

    /// <summary>Readings and messages played, usable or not.</summary>
    public long Played { get; private set; }
    /// <summary>Lines that could not be used.</summary>
    public long BadLines { get; private set; }
    public string? FirstProblem { get; private set; }
    /// <summary>What helps against it, where that is known.</summary>
    public string? FirstRemedy { get; private set; }
    /// <summary>Messages whose topics no source listens to; they are not played.</summary>
    public long OtherTopics { get; private set; }

    /// <summary>Plays one file; <paramref name="onReading"/> hears of each reading before it is judged, messages aside.</summary>
    /// <exception cref="RecordingException">The file is not usable at all.</exception>
    public void Play(RecordingFile file, Action<RecordedReading>? onReading, Action<long>? onProgress, CancellationToken cancel)
    {
        if (_decodesMessages && RecordingFiles.HoldsMessages(file.Path))
            PlayMessages(file, onProgress, cancel);
        else
            PlayReadings(file, onReading, onProgress, cancel);
    }

    public void Dispose()
    {
        foreach (var input in _inputs) input.Intake.Dispose();
    }

    private void PlayReadings(RecordingFile file, Action<RecordedReading>? onReading, Action<long>? onProgress, CancellationToken cancel)
    {
        var recordings = RecordingReader.Read(file.Path, file.Path, _label);
        foreach (var recording in recordings)
            foreach (var note in recording.Notes)
                Noted?.Invoke($"{recording.Name}: {note}");
        var parts = recordings.Select(r => new RecordedDevice(r, file, _options.Name, _channels)).ToArray();
        var values = new float[_channels.Count];
        var (fileBytes, done, rows) = (new FileInfo(file.Path).Length, 0L, parts.Sum(p => (long)p.Recording.Rows));
        foreach (var (part, row) in RecordedDevice.InOrder(parts))
        {
            part.CopyRow(row, values);
            onReading?.Invoke(Reading(part.Recording, row));
            _batch.AddMessage(part.Device, _channels.Current);
            _batch.AddRow(part.Recording.Ticks[row], values);
            done++;
            if (++Played % ReadingsPerBatch != 0) continue;
            cancel.ThrowIfCancellationRequested();
            _lane.Put(_batch);
            onProgress?.Invoke(fileBytes * done / rows);
        }
        _lane.Put(_batch);
        BadLines += parts.Sum(p => (long)p.Recording.BadLines);
        FirstProblem ??= parts.Select(p => p.Recording.FirstProblem).FirstOrDefault(p => p is not null);
    }

    private static RecordedReading Reading(RawRecording recording, int row) =>
        new(recording.TimeTexts[row], recording.Ticks[row], recording.Labels is not null,
            recording.Labels?[row] == true, recording.Changes?[row] == true);

    private void PlayMessages(RecordingFile file, Action<long>? onProgress, CancellationToken cancel)
    {
        try
        {
            PlayLines(file, onProgress, cancel);
        }
        catch (InvalidDataException e)
        {
            throw new RecordingException($"{file.Path}: is no gzip file, or damaged ({e.Message})", e);
        }
    }

    private void PlayLines(RecordingFile file, Action<long>? onProgress, CancellationToken cancel)
    {
        using var reader = RecordingFiles.OpenText(file.Path);
        var (size, bytes, number, messages, hasTopics) = (new FileInfo(file.Path).Length, 0L, 0, 0, false);
        while (reader.ReadLine() is { } text)
        {
            number++;
            bytes += text.Length + 1;
            if (string.IsNullOrWhiteSpace(text)) continue;
            var message = RecordedMessage.Read(Encoding.UTF8.GetBytes(text));
            // Of a line that is cut off nobody knows whose it is.
            if (hasTopics && message.Topic.IsEmpty) Refuse($"{file.Path}:{number}: no whole message with its topic, as the lines before");
            else Take(message, file, number);
            hasTopics |= !message.Topic.IsEmpty;
            if (++messages % ReadingsPerBatch != 0) continue;
            cancel.ThrowIfCancellationRequested();
            HandOver();
            onProgress?.Invoke(Math.Min(size, bytes));
        }
        HandOver();
    }

    private void HandOver()
    {
        foreach (var input in _inputs) input.Intake.HandOver();
    }

    private void Refuse(string problem)
    {
        Played++;
        BadLines++;
        FirstProblem ??= problem;
    }

    private void Take(in RecordedMessage message, RecordingFile file, int line)
    {
        // A bare payload has no topic; unless it names its device itself, the file is the device, as with a table.
        var device = message.Topic.IsEmpty ? Encoding.UTF8.GetBytes(file.Device) : [];
        var incoming = new IncomingMessage
        {
            Topic = message.Topic, Payload = message.Payload, Device = device, ArrivalTicks = message.ArrivalTicks,
        };
        var (isPlayed, isBad) = (false, false);
        foreach (var input in _inputs)
        {
            if (!(message.Topic.IsEmpty ? input == _inputs[0] : input.Topics.Matches(message.Topic))) continue;
            isPlayed = true;
            var outcome = input.Intake.Take(incoming, null, 0, out _);
            if (outcome != IntakeOutcome.Refused) continue;
            isBad = true;
            if (FirstProblem is not null) continue;
            var why = input.Intake.LastFailure.Explain(input.Options);
            FirstProblem = $"{file.Path}:{line}: {input.Intake.LastFailure.Word()}: {why.What}";
            FirstRemedy = why.Remedy;
        }
        if (isPlayed) Played++;
        else OtherTopics++;
        if (isBad) BadLines++;
    }
}
