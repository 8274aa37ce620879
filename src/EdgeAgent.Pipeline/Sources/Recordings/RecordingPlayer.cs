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
    private readonly RowIntake _intake;
    private readonly string? _label;
    private readonly bool _decodesMessages;
    private readonly RowBatch _batch = new();

    /// <param name="options">The source whose detectors judge the recordings.</param>
    /// <param name="lane">Judges each batch before it returns.</param>
    /// <param name="deadLetter">Where unusable lines go.</param>
    /// <param name="label">A column of a table that is a label besides those known by name, and the one that counts; null: none.</param>
    /// <param name="decodesMessages">Messages are decoded as the source says, not read like tables.</param>
    public RecordingPlayer(
        SourceOptions options, IRowReceiver lane, DeadLetter deadLetter, string? label = null, bool decodesMessages = false)
    {
        (_lane, _options) = (lane, options);
        _channels = new ChannelTable(_options);
        _intake = new RowIntake(options, [lane], deadLetter, Counters);
        (_label, _decodesMessages) = (label, decodesMessages);
    }

    /// <summary>Of messages; rows of tables are not in it.</summary>
    public SourceCounters Counters { get; } = new();

    /// <summary>Readings and messages played, usable or not.</summary>
    public long Played { get; private set; }
    /// <summary>Lines that could not be used.</summary>
    public long BadLines { get; private set; }
    public string? FirstProblem { get; private set; }

    /// <summary>Plays one file; <paramref name="onReading"/> hears of each reading before it is judged, messages aside.</summary>
    /// <exception cref="RecordingException">The file is not usable at all.</exception>
    public void Play(RecordingFile file, Action<RecordedReading>? onReading, Action<long>? onProgress, CancellationToken cancel)
    {
        if (_decodesMessages && RecordingFiles.HoldsMessages(file.Path))
            PlayMessages(file, onProgress, cancel);
        else
            PlayReadings(file, onReading, onProgress, cancel);
    }

    public void Dispose() => _intake.Dispose();

    private void PlayReadings(RecordingFile file, Action<RecordedReading>? onReading, Action<long>? onProgress, CancellationToken cancel)
    {
        var recordings = RecordingReader.Read(file.Path, file.Path, _label);
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
        var (size, bytes, number) = (new FileInfo(file.Path).Length, 0L, 0);
        while (reader.ReadLine() is { } text)
        {
            number++;
            bytes += text.Length + 1;
            if (string.IsNullOrWhiteSpace(text)) continue;
            Take(RecordedMessage.Read(Encoding.UTF8.GetBytes(text)), file, number);
            if (++Played % ReadingsPerBatch != 0) continue;
            cancel.ThrowIfCancellationRequested();
            _intake.HandOver();
            onProgress?.Invoke(Math.Min(size, bytes));
        }
        _intake.HandOver();
    }

    private void Take(in RecordedMessage message, RecordingFile file, int line)
    {
        // A bare payload has no topic; unless it names its device itself, the file is the device, as with a table.
        var device = message.Topic.IsEmpty ? Encoding.UTF8.GetBytes(file.Device) : [];
        var incoming = new IncomingMessage
        {
            Topic = message.Topic, Payload = message.Payload, Device = device, ArrivalTicks = message.ArrivalTicks,
        };
        if (_intake.Take(incoming, null, 0, out _) != IntakeOutcome.Refused) return;
        BadLines++;
        FirstProblem ??= $"{file.Path}:{line}: {_intake.LastFailure.Word()}: {_intake.LastFailure.Explain(_options).What}";
    }
}
