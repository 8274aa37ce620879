using System.Text;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Recordings;

namespace EdgeAgent.Pipeline.Sources.Recordings;

/// <summary>
/// Plays recordings into one lane as fast as it goes: the stages are those of the live path, only the broker is missing.
/// </summary>
internal sealed class RecordingPlayer
{
    private const int ReadingsPerBatch = 256;

    private readonly IRowReceiver _lane;
    private readonly SourceOptions _options;
    private readonly ChannelTable _channels;
    private readonly RowIntake _intake;
    private readonly string? _label;
    private readonly RowBatch _batch = new();

    /// <param name="options">The source whose detectors judge the recordings.</param>
    /// <param name="lane">Judges each batch before it returns.</param>
    /// <param name="deadLetter">Where unusable lines go.</param>
    /// <param name="label">A column of a table that is a label besides those known by name, and the one that counts; null: none.</param>
    public RecordingPlayer(SourceOptions options, IRowReceiver lane, DeadLetter deadLetter, string? label = null)
    {
        (_lane, _options) = (lane, options);
        _channels = new ChannelTable(_options.ChannelLimit);
        _intake = new RowIntake(options, [lane], deadLetter, Counters);
        _label = label;
    }

    /// <summary>Of messages; rows of tables are not in it.</summary>
    public SourceCounters Counters { get; } = new();

    /// <summary>Readings and messages played, usable or not.</summary>
    public long Played { get; private set; }
    /// <summary>Lines that could not be used.</summary>
    public long BadLines { get; private set; }
    public string? FirstProblem { get; private set; }

    /// <summary>Plays one file; <paramref name="onReading"/> hears of each reading of a table before it is judged.</summary>
    /// <exception cref="RecordingException">The file is not usable at all.</exception>
    public void Play(RecordingFile file, Action<RecordedReading>? onReading, Action<long>? onProgress, CancellationToken cancel)
    {
        if (file.HasMessages)
            PlayMessages(file, onProgress, cancel);
        else
            PlayTable(file, onReading, onProgress, cancel);
    }

    private void PlayTable(RecordingFile file, Action<RecordedReading>? onReading, Action<long>? onProgress, CancellationToken cancel)
    {
        var recording = RecordingReader.Read(file.Path, file.Path, _label);
        var device = new Device(file.Device, _options.Name, lane: 0);
        var positions = recording.Columns.Select(c => _channels.Find(c.Name)).ToArray();
        var values = new float[_channels.Count];
        Array.Fill(values, float.NaN);
        var fileBytes = new FileInfo(file.Path).Length;
        for (var row = 0; row < recording.Rows; row++)
        {
            for (var c = 0; c < positions.Length; c++)
                if (positions[c] >= 0) values[positions[c]] = recording.Columns[c].Values[row];
            onReading?.Invoke(Reading(recording, row));
            _batch.AddMessage(device, _channels.Current);
            _batch.AddRow(recording.Ticks[row], values);
            if (++Played % ReadingsPerBatch != 0) continue;
            cancel.ThrowIfCancellationRequested();
            _lane.Put(_batch);
            onProgress?.Invoke(fileBytes * row / recording.Rows);
        }
        _lane.Put(_batch);
        BadLines += recording.BadLines;
        FirstProblem ??= recording.FirstProblem;
    }

    private static RecordedReading Reading(RawRecording recording, int row) =>
        new(recording.TimeTexts[row], recording.Ticks[row], recording.Labels is not null, recording.Labels?[row] == true, recording.Changes?[row] == true);

    private void PlayMessages(RecordingFile file, Action<long>? onProgress, CancellationToken cancel)
    {
        using var reader = new StreamReader(file.Path);
        var number = 0;
        while (reader.ReadLine() is { } text)
        {
            number++;
            if (text.Length == 0) continue;
            Take(RecordedMessage.Read(Encoding.UTF8.GetBytes(text)), file, number);
            if (++Played % ReadingsPerBatch != 0) continue;
            cancel.ThrowIfCancellationRequested();
            _intake.HandOver();
            onProgress?.Invoke(reader.BaseStream.Position);
        }
        _intake.HandOver();
    }

    private void Take(in RecordedMessage message, RecordingFile file, int line)
    {
        // A bare payload has no topic; unless it names its device itself, the file is the device, as with a table.
        var device = message.Topic.IsEmpty ? Encoding.UTF8.GetBytes(file.Device) : [];
        var outcome = _intake.Take(message.Topic, message.Payload, message.ArrivalTicks, null, 0, mayRepeat: false, out _, device);
        if (outcome != IntakeOutcome.NotTaken) return;
        BadLines++;
        FirstProblem ??= $"{file.Path}:{line}: {_intake.LastFailure}";
    }
}
