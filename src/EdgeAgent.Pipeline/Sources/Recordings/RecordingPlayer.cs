using System.Text;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Sources.Recordings;

/// <summary>
/// Plays recordings into one lane as fast as it goes: the stages are those of the live path, only the broker is missing.
/// </summary>
internal sealed class RecordingPlayer
{
    private const int ReadingsPerBatch = 256;

    private readonly IRowReceiver _lane;
    private readonly SourceOptions _options;
    private readonly ChannelTable _csvChannels;
    private readonly RowIntake _intake;
    private readonly LabelColumns _labels;
    private readonly RowBatch _batch = new();

    /// <param name="options">The source whose detectors judge the recordings.</param>
    /// <param name="lane">Judges each batch before it returns.</param>
    /// <param name="deadLetter">Where unusable lines go.</param>
    /// <param name="labels">Which columns of a CSV file are no channels.</param>
    public RecordingPlayer(SourceOptions options, IRowReceiver lane, DeadLetter deadLetter, LabelColumns? labels = null)
    {
        (_lane, _options) = (lane, options);
        _csvChannels = new ChannelTable(_options.ChannelLimit);
        _intake = new RowIntake(options, [lane], deadLetter, Counters);
        _labels = labels ?? LabelColumns.Usual;
    }

    /// <summary>Of messages; lines of CSV files are not in it.</summary>
    public SourceCounters Counters { get; } = new();

    /// <summary>Readings and messages played, usable or not.</summary>
    public long Played { get; private set; }
    /// <summary>Lines that could not be used.</summary>
    public long BadLines { get; private set; }
    public string? FirstProblem { get; private set; }

    /// <summary>Plays one file; <paramref name="onReading"/> hears of each CSV reading before it is judged.</summary>
    /// <exception cref="RecordingException">The file is not usable at all.</exception>
    public void Play(RecordingFile file, Action<CsvRecording>? onReading, Action<long>? onProgress, CancellationToken cancel)
    {
        if (file.IsCsv)
            PlayCsv(file, onReading, onProgress, cancel);
        else
            PlayMessages(file, onProgress, cancel);
    }

    private void PlayCsv(RecordingFile file, Action<CsvRecording>? onReading, Action<long>? onProgress, CancellationToken cancel)
    {
        using var csv = new CsvRecording(file.Path, _csvChannels, _labels);
        var device = new Device(file.Device, _options.Name, lane: 0);
        while (csv.Read())
        {
            onReading?.Invoke(csv);
            _batch.AddMessage(device, _csvChannels.Current);
            _batch.AddRow(csv.TimeTicks, csv.Values);
            if (++Played % ReadingsPerBatch != 0) continue;
            cancel.ThrowIfCancellationRequested();
            _lane.Put(_batch);
            onProgress?.Invoke(csv.BytesRead);
        }
        _lane.Put(_batch);
        BadLines += csv.BadLines;
        FirstProblem ??= csv.FirstProblem;
    }

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
        // A bare payload has no topic; unless it names its device itself, the file is the device, as with CSV.
        var device = message.Topic.IsEmpty ? Encoding.UTF8.GetBytes(file.Device) : [];
        var outcome = _intake.Take(message.Topic, message.Payload, message.ArrivalTicks, null, 0, mayRepeat: false, out _, device);
        if (outcome != IntakeOutcome.NotTaken) return;
        BadLines++;
        FirstProblem ??= $"{file.Path}:{line}: {_intake.LastFailure}";
    }
}
