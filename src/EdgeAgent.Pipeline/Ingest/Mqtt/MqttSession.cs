namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>
/// One connection to a sensors' broker, from CONNECT to its end. Packets are parsed where they were received, and a
/// payload is copied once, into the batch of its lane.
/// </summary>
internal sealed partial class MqttSession : IDisposable
{
    private const int TopicBytesLimit = 64 * 1024;
    private const int ReadAheadBytes = 64 * 1024;
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RoomPause = TimeSpan.FromMilliseconds(2);

    private readonly Stream _stream;
    private readonly SourceOptions _options;
    private readonly MqttVersion _version;
    private readonly SourceIntake _intake;
    private readonly SourceCounters _counters;
    private readonly TimeProvider _time;
    private readonly AckWindow _acks;
    private readonly PacketBuffer _buffer;
    private readonly SilenceWatch _silence;
    private readonly PacketReader _reader;
    private readonly Lock _writeGate = new();
    private readonly SubscriptionMemory? _memory;
    private readonly ShareGroup? _share;
    private readonly string[] _filters;
    private TimeSpan _keepAlive;
    private int _answersDue;
    private bool _owesAcks;

    public MqttSession(
        Stream stream, SourceOptions options, SourceIntake intake, SourceCounters counters, TimeProvider time, SubscriptionMemory? memory = null,
        ShareGroup? share = null)
    {
        _memory = options.PersistentSession ? memory : null;
        _share = share;
        _filters = share is null ? [.. options.Topics] : [.. options.Topics, share.Filter];
        _keepAlive = options.Mqtt.KeepAlive;
        _stream = stream;
        _options = options;
        _version = options.Mqtt.Version == "5" ? MqttVersion.V5 : MqttVersion.V311;
        _intake = intake;
        _counters = counters;
        _time = time;
        _acks = new AckWindow(options.ReceiveLimit, Send);
        _buffer = new PacketBuffer(options.PayloadLimit + TopicBytesLimit + ReadAheadBytes);
        _silence = new SilenceWatch(time);
        _reader = new PacketReader(stream, _buffer, _silence, intake, counters);
    }

    /// <summary>Connects and subscribes.</summary>
    /// <exception cref="MqttProtocolException">The broker refused.</exception>
    /// <exception cref="IOException">It did not answer.</exception>
    public async Task OpenAsync(string clientId, CancellationToken cancel)
    {
        // A listener that takes the connection and says nothing must not hold the source for ever.
        using var timeout = new CancellationTokenSource(OpenTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        try
        {
            await ConnectAsync(clientId, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"the broker did not answer CONNECT within {OpenTimeout.TotalSeconds:0} s");
        }
    }

    /// <summary>Receives until the connection ends or <paramref name="cancel"/> is set.</summary>
    public async Task ReceiveAsync(CancellationToken cancel)
    {
        while (true)
        {
            var header = await _reader.ReadAsync(cancel).ConfigureAwait(false);
            if (header.Type == MqttPacketType.Publish)
                await TakePublishAsync(header, cancel).ConfigureAwait(false);
            else
                TakeControl(header);
            await _reader.LeaveBehindAsync(header, cancel).ConfigureAwait(false);
            if (_owesAcks && !_buffer.TryRead(out _)) AcknowledgeOthers();
        }
    }

    /// <summary>Keeps the connection alive, and ends it when the broker has been silent for too long.</summary>
    public async Task KeepAliveAsync(CancellationToken cancel)
    {
        _silence.Limit = _keepAlive * 1.5;
        using var timer = new PeriodicTimer(_keepAlive / 2, _time);
        while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
        {
            if (_silence.MustEndSession())
            {
                _stream.Dispose();
                return;
            }
            Send(SessionPackets.PingReq);
        }
    }

    /// <summary>Says goodbye; the broker keeps a persistent session.</summary>
    public void Disconnect() => Send(_share is null ? SessionPackets.Disconnect : SessionPackets.DisconnectWithWill);

    public void Dispose() => _stream.Dispose();

    private async Task ConnectAsync(string clientId, CancellationToken cancel)
    {
        await _stream.WriteAsync(SessionPackets.Connect(_version, clientId, _options, MqttTransport.ReadPassword(_options.Mqtt), _share), cancel)
            .ConfigureAwait(false);
        var connAck = await _reader.ReadAsync(cancel).ConfigureAwait(false);
        SessionPackets.CheckConnAck(connAck, _buffer.Body(connAck), _version);
        var accepted = ConnAck.Read(_buffer.Body(connAck), _version);
        // A broker may ask for more signs of life than we offered. If it asks for fewer, ours still find a dead link in time.
        if (accepted.KeepAlive is { } wanted && wanted > TimeSpan.Zero && wanted < _keepAlive) _keepAlive = wanted;
        await _reader.LeaveBehindAsync(connAck, cancel).ConfigureAwait(false);
        await UnsubscribeStaleAsync(accepted.HasSession, cancel).ConfigureAwait(false);
        _memory?.Remember(_filters);
        _share?.Begin(accepted.HasSession);
        _answersDue++;
        await _stream.WriteAsync(SessionPackets.Subscribe(_version, _options, _share), cancel).ConfigureAwait(false);
        // After it: what the broker has of the other members comes before the echo of this.
        if (_share is not null) await _stream.WriteAsync(SessionPackets.Birth(_share), cancel).ConfigureAwait(false);
    }

    /// <summary>A session that the broker kept has the filters of the configuration before, too.</summary>
    private async Task UnsubscribeStaleAsync(bool hasSession, CancellationToken cancel)
    {
        if (!hasSession || _memory?.Stale(_filters) is not { Count: > 0 } stale) return;
        _answersDue++;
        await _stream.WriteAsync(SessionPackets.Unsubscribe(_version, stale), cancel).ConfigureAwait(false);
        _intake.Unsubscribed(stale);
    }

    private void TakeControl(in FixedHeader header)
    {
        switch (header.Type)
        {
            case MqttPacketType.SubAck:
                SessionPackets.CheckSubAck(_buffer.Body(header), _version, _filters);
                Answered();
                _intake.Subscribed();
                break;
            case MqttPacketType.UnsubAck:
                Answered();
                break;
            case MqttPacketType.PubAck:
                SessionPackets.CheckBirth(_buffer.Body(header), _share);
                break;
            case MqttPacketType.Disconnect:
                throw new MqttProtocolException($"the broker closed the connection: {SessionPackets.DisconnectReason(_buffer.Body(header))}");
        }
    }

    private void Answered()
    {
        if (--_answersDue == 0) _memory?.Settle(_filters);
    }

    /// <summary>Writes at once, from whichever thread: what is written here is a few bytes and bounded by the window.</summary>
    private void Send(ReadOnlySpan<byte> packets)
    {
        try
        {
            lock (_writeGate)
                _stream.Write(packets);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The receiving loop sees the same end and tells it; the broker repeats what was not acknowledged.
            _stream.Dispose();
        }
    }
}
