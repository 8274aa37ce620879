using EdgeAgent.Pipeline.Formats.Compression;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>
/// Reads Eclipse Sparkplug B. Births tell the metrics of an edge node and its devices and their aliases, data brings what changed.
/// A reading is of <c>GROUP/NODE/DEVICE</c>, or of <c>GROUP/NODE</c> for metrics of the node itself, unless the source names devices
/// otherwise. Data that only a birth explains is refused until it comes; the node may be asked for it. Belongs to a source's loop.
/// </summary>
internal sealed class SparkplugDecoder : IPayloadDecoder, IAskingDecoder, IDisposable
{
    private readonly SparkplugDirectory _directory = new();
    private readonly RebirthRequests? _requests;
    private readonly SparkplugReadings _readings;
    private readonly BoundName? _device;
    private readonly CapturedTexts _noTexts = new();
    private readonly Inflater _inflater;

    public SparkplugDecoder(PayloadOptions source, ChannelTable channels)
    {
        _readings = new SparkplugReadings(source, channels, _directory.Names);
        _inflater = Inflater.For(source);
        _requests = source.RequestsBirths ? new RebirthRequests() : null;
        var device = NameTemplate.Parse(source.Device);
        // A whole topic would make a device of each type of message.
        if (!device.IsWholeTopic) _device = new BoundName(device, _ => 0);
    }

    /// <summary>Births of other agents' devices are read as well: a device may become this agent's later.</summary>
    public bool NamesDevices => true;

    public bool TryTakeRequest(out SenderRequest request)
    {
        request = default;
        return _requests is not null && _requests.TryTake(out request);
    }

    public void Dispose() => _inflater.Dispose();

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
    {
        var failure = Read(message, rows);
        // A node that a birth is awaited from has been met.
        if (failure is DecodeFailure.None or DecodeFailure.UnknownAlias || failure.IsLeftOut()) _directory.Keep();
        else if (failure != DecodeFailure.NoSparkplugTopic) _directory.Forget();
        return failure;
    }

    private DecodeFailure Read(in IncomingMessage message, DecodedRows rows)
    {
        var topic = SparkplugTopic.Parse(message.Topic);
        if (topic.Kind == SparkplugKind.None) return DecodeFailure.NoSparkplugTopic;
        if (topic.Kind == SparkplugKind.Other) return DecodeFailure.NotTelemetry;
        if (_directory.Find(topic, message.SteadyTicks, out var key, out var failure) is not { } metrics) return failure;
        failure = Open(message.Payload, out var head, out var payload);
        if (failure != DecodeFailure.None) return failure;
        if (topic.Kind == SparkplugKind.Death) return TakeDeath(topic, metrics, payload, head.Sequence, rows.Notes.Sparkplug);
        var isNodeBirth = topic.Kind == SparkplugKind.Birth && topic.Device.IsEmpty;
        NoteSequence(metrics.Node, head.Sequence, isNodeBirth, rows.Notes.Sparkplug);
        if (topic.Kind == SparkplugKind.Birth) BeginBirth(metrics, payload, isNodeBirth);

        var name = _device is null ? key : _device.Of(message.Topic, _noTexts);
        var ticks = message.ArrivalTicks;
        SparkplugReadings.TryTime(head.Timestamp, ref ticks);
        _readings.Begin(metrics, name.IsEmpty ? -1 : rows.Device(name), ticks, topic.Kind, rows);
        failure = TakeMetrics(payload);
        if (topic.Kind == SparkplugKind.Birth && !_directory.EndBirth(metrics)) return DecodeFailure.TooManyChannels;
        if (failure != DecodeFailure.None) return failure;
        rows.Notes.Sparkplug.UnknownMetrics += _readings.Unknown;
        if (_readings.Unknown > 0) _requests?.Add(metrics.Node, message.ArrivalTicks);
        if (rows.HasRows) return DecodeFailure.None;
        if (_readings.Unknown > 0) return DecodeFailure.UnknownAlias;
        // A template of devices alone gives metrics of the node no name.
        if (name.IsEmpty && !topic.Device.IsEmpty) return DecodeFailure.NoDevice;
        return _readings.Unusable > 0 || rows.SawOutOfRange ? DecodeFailure.NoUsableValue : DecodeFailure.NotTelemetry;
    }

    /// <summary>Reads over the payload, or over what is compressed in it.</summary>
    private DecodeFailure Open(ReadOnlySpan<byte> sent, out SparkplugHead head, out ReadOnlySpan<byte> payload)
    {
        payload = sent;
        if (!SparkplugHead.TryRead(sent, out head)) return DecodeFailure.BadSparkplug;
        if (head.Compressed.IsEmpty) return DecodeFailure.None;
        var kind = CompressionMagic.Of(head.Compressed);
        if (kind == CompressionKind.None) return DecodeFailure.BadCompression;
        var failure = _inflater.Inflate(kind, head.Compressed, out payload);
        if (failure != DecodeFailure.None) return failure;
        return SparkplugHead.TryRead(payload, out head) ? DecodeFailure.None : DecodeFailure.BadSparkplug;
    }

    private DecodeFailure TakeMetrics(ReadOnlySpan<byte> payload)
    {
        var reader = new ProtobufReader(payload);
        while (reader.Read())
        {
            if (reader.Field != SparkplugHead.MetricsField) continue;
            var failure = _readings.Take(reader.Bytes);
            if (failure != DecodeFailure.None) return failure;
        }
        return DecodeFailure.None;
    }

    /// <summary>A message that the broker repeats has the number of the last.</summary>
    private static void NoteSequence(SparkplugNode node, int sequence, bool isNodeBirth, SparkplugTally tally)
    {
        if (sequence < 0) return;
        if (!isNodeBirth && node.LastSequence >= 0 && sequence != node.LastSequence && sequence != ((node.LastSequence + 1) & 0xff))
            tally.SequenceGaps++;
        node.LastSequence = sequence;
    }

    private void BeginBirth(SparkplugMetrics metrics, ReadOnlySpan<byte> payload, bool isNodeBirth)
    {
        if (isNodeBirth)
        {
            metrics.Node.Session++;
            metrics.Node.BirthNumber = BirthNumber.Of(payload);
        }
        metrics.Node.Requests = 0;
        _directory.BeginBirth(metrics);
    }

    private static DecodeFailure TakeDeath(
        in SparkplugTopic topic, SparkplugMetrics metrics, ReadOnlySpan<byte> payload, int sequence, SparkplugTally tally)
    {
        if (!topic.Device.IsEmpty)
        {
            NoteSequence(metrics.Node, sequence, isNodeBirth: false, tally);
            metrics.MarkDead();
        }
        else
        {
            // The will of a connection that the broker gave up may come when the node has long been born again.
            if (BirthNumber.Of(payload) is { } number && metrics.Node.BirthNumber is { } current && number != current)
                return DecodeFailure.NotTelemetry;
            metrics.Node.Session++;
            metrics.Node.LastSequence = -1;
        }
        tally.Deaths++;
        return DecodeFailure.NotTelemetry;
    }
}
