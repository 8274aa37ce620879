using System.Text;
using System.Threading.Channels;
using EdgeAgent.Pipeline.Decode;

namespace EdgeAgent.Pipeline.Ingest.Recordings;

/// <summary>
/// Plays recordings into one lane as fast as it goes: the stages are those of the live path, only the broker is missing.
/// </summary>
internal sealed class RecordingPlayer
{
    private const int ReadingsPerRound = 256;

    private readonly Lane _lane;
    private readonly int _source;
    private readonly SourceOptions _options;
    private readonly ChannelTable _csvChannels;
    private readonly DeviceDirectory _devices;
    private readonly DeadLetter _deadLetter;
    private readonly LabelColumns _labels;
    private readonly MessageBatch _batch = new(Channel.CreateBounded<MessageBatch>(1).Writer);

    /// <param name="options">The configuration that the lane runs.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="source">Index of the source whose detectors judge the recordings.</param>
    /// <param name="deadLetter">Where unusable lines go.</param>
    /// <param name="labels">Which columns of a CSV file are no channels.</param>
    public RecordingPlayer(AgentOptions options, Lane lane, int source, DeadLetter deadLetter, LabelColumns? labels = null)
    {
        _lane = lane;
        _source = source;
        _options = options.Sources[source];
        _csvChannels = new ChannelTable(_options.ChannelLimit);
        _devices = new DeviceDirectory(_options, source, lanes: 1);
        _deadLetter = deadLetter;
        _labels = labels ?? LabelColumns.Usual;
    }

    /// <summary>Readings and messages played, usable or not.</summary>
    public long Played { get; private set; }
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
        var device = new Device(file.Device, _source, lane: 0);
        while (csv.Read())
        {
            onReading?.Invoke(csv);
            _lane.Take(device, csv.TimeTicks, csv.Values, _csvChannels);
            if (++Played % ReadingsPerRound != 0) continue;
            cancel.ThrowIfCancellationRequested();
            _lane.Judge();
            onProgress?.Invoke(csv.BytesRead);
        }
        _lane.Judge();
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
            Add(RecordedMessage.Read(Encoding.UTF8.GetBytes(text)), file, number);
            if (++Played % ReadingsPerRound != 0) continue;
            cancel.ThrowIfCancellationRequested();
            JudgeBatch();
            onProgress?.Invoke(reader.BaseStream.Position);
        }
        JudgeBatch();
    }

    private void Add(in RecordedMessage message, RecordingFile file, int line)
    {
        // A bare payload has no topic; unless it names its device itself, the file is the device, as with CSV.
        var topic = message.Topic.IsEmpty ? Encoding.UTF8.GetBytes(file.Device) : message.Topic;
        var failure = message.Topic.IsEmpty && !_options.Device.StartsWith("payload.", StringComparison.Ordinal)
            ? _devices.TryFindNamed(topic, out var device)
            : _devices.TryFind(topic, message.Payload, out device);
        if (failure == DecodeFailure.None)
        {
            if (!_batch.HasRoom(message.Payload.Length)) JudgeBatch();
            _batch.Add(device, message.Payload, message.ArrivalTicks);
            return;
        }
        BadLines++;
        FirstProblem ??= $"{file.Path}:{line}: {failure}: no device at {_options.Device}";
        _deadLetter.Add(failure, file.Name, message.Payload);
    }

    private void JudgeBatch()
    {
        _lane.Take(_batch);
        _batch.Return();
    }
}
