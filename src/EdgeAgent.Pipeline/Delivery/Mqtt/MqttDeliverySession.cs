using System.Threading.Channels;
using EdgeAgent.Pipeline.Connections;
using EdgeAgent.Pipeline.Ingest;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>
/// One connection to the broker, from CONNECT to its end. It trusts the broker only as far as it hears of it: whole packets
/// within the keep-alive, and an acknowledgement for each publish. <see cref="End"/> says how it ended.
/// </summary>
internal sealed class MqttDeliverySession : IDisposable
{
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RoomPoll = TimeSpan.FromMilliseconds(10);
    private const int WriteBytesLimit = 64 * 1024;

    private readonly Stream _stream;
    private readonly TimeProvider _time;
    private readonly MqttVersion _version;
    private readonly TimeSpan _ackTimeout;
    private readonly DeliveryCounters _counters;
    private readonly PacketStream _packets;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _ended = new();
    // One mark is enough: whoever waits takes everything there is.
    private readonly Channel<bool> _wake =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private PublishesUnderWay? _underWay;
    private AckTimer? _ackTimer;
    private PublishWriter _writer = null!;
    private KeepAlive _keepAlive = null!;
    private IOwedEvents? _owed;
    private ConnectionException? _end;

    private MqttDeliverySession(Stream stream, MqttDeliveryOptions options, DeliveryCounters counters, TimeProvider time)
    {
        (_stream, _packets, _counters, _time, _ackTimeout) = (stream, new PacketStream(stream), counters, time, options.AckTimeout);
        _version = options.Connection.Version == "5" ? MqttVersion.V5 : MqttVersion.V311;
    }

    /// <summary>What the broker granted.</summary>
    public ServerProperties Properties { get; private set; } = new();

    /// <summary>Set when the connection ends.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Why it ended; null while it has not.</summary>
    public ConnectionException? End => Volatile.Read(ref _end);

    /// <summary>Acknowledgements of what was never sent, or was acknowledged before.</summary>
    public long UnknownAcks { get; private set; }

    /// <summary>
    /// Connects to <paramref name="mqtt"/>, the configured broker or where it sent us, and begins to receive and to ping.
    /// </summary>
    /// <exception cref="ConnectionException">There is no connection.</exception>
    public static async Task<MqttDeliverySession> OpenAsync(
        AgentIdentity identity, MqttDeliveryOptions options, MqttOptions mqtt, DeliveryCounters counters, TimeProvider time,
        CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(OpenTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        MqttDeliverySession? session = null;
        try
        {
            var stream = await MqttTransport.OpenAsync(mqtt, either.Token).ConfigureAwait(false);
            session = new MqttDeliverySession(stream, options, counters, time);
            await session.ConnectAsync(identity, mqtt, either.Token).ConfigureAwait(false);
            _ = session.ReceiveAsync();
            _ = session._keepAlive.WatchAsync(() => _ = session.PingAsync(), silence => session.Fail(silence), session.Ended);
            return session;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            session?.Dispose();
            if (!timeout.IsCancellationRequested) throw e as ConnectionException ?? ConnectionErrors.Of(e);
            var silence = session is null ? "no answer" : "it takes the connection and does not answer CONNECT";
            var advice = session is null ? "see the address, and whether a firewall drops what is sent there" : "is this an MQTT broker?";
            throw new ConnectionException(ConnectionFault.Lost, $"{silence} within {OpenTimeout.TotalSeconds:0} s: {advice}");
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>Publishes owed events, many in one write, until <paramref name="ended"/> is set or the connection ends.</summary>
    public async Task SendAllAsync(IOwedEvents owed, CancellationToken ended)
    {
        _owed = owed;
        // One place of those that the broker grants is the status's.
        owed.Open(Properties.ReceiveMaximum - 1);
        while (true)
        {
            await WriteOwedAsync(owed, ended).ConfigureAwait(false);
            await _wake.Reader.ReadAsync(ended).ConfigureAwait(false);
        }
    }

    /// <summary>Tells the session that there may be more to send. For any thread.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Publishes the status and waits for its acknowledgement, whatever the broker says in it.</summary>
    /// <exception cref="ConnectionException">The connection has ended, or ends because there was no answer in time.</exception>
    public async Task PublishAsync(MqttMessage message, CancellationToken cancel)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ushort id;
        while (!_underWay!.TryBegin(waiter, out id))
            await Task.Delay(RoomPoll, cancel).ConfigureAwait(false);
        try
        {
            await _writing.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                _writer.Clear();
                if (_writer.Add(message, id) == 0) return;
                _ackTimer!.Set();
                await WriteAsync(_writer.Packets).ConfigureAwait(false);
            }
            finally
            {
                _writing.Release();
            }
            await waiter.Task.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _underWay!.TryTake(id, out _);
        }
    }

    /// <summary>Sends DISCONNECT, so that the broker does not publish the last will.</summary>
    public async Task DisconnectAsync(CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        await _stream.WriteAsync(SessionPackets.Disconnect, cancel).ConfigureAwait(false);
    }

    public void Dispose() => Fail(new ConnectionException(ConnectionFault.Lost, "the agent closed the connection"));

    private async Task ConnectAsync(AgentIdentity identity, MqttOptions mqtt, CancellationToken cancel)
    {
        await _stream.WriteAsync(ConnectPacket.Write(identity, mqtt, _version), cancel).ConfigureAwait(false);
        var type = await _packets.NextAsync(cancel).ConfigureAwait(false);
        var body = _packets.Body;
        if (type != MqttPacketType.ConnAck || body.Length < 2)
            throw new ConnectionException(ConnectionFault.Refused, $"the broker answered CONNECT with {type}: is this an MQTT broker?");
        Properties = _version == MqttVersion.V5 ? ServerProperties.Read(body[2..]) : Properties;
        // Brokers that know MQTT 3.1.1 only answer with its codes, whatever they were asked in.
        var code = _version == MqttVersion.V311 || body[1] < 0x80 ? MqttReason.OfVersion311(body[1]) : body[1];
        if (code != 0) throw BrokerRefusal.Of(code, "the broker refuses the connection", Properties);
        if (Properties.MaximumQos == 0)
            throw new ConnectionException(ConnectionFault.Refused,
                "the broker takes QoS 0 only, so no delivery could be confirmed: allow QoS 1 there");
        _underWay = new PublishesUnderWay(Properties.ReceiveMaximum, _time);
        _ackTimer = new AckTimer(_underWay, _ackTimeout, end => Fail(end), _time);
        _writer = new PublishWriter(_version, Properties);
        // The broker may ask for a shorter keep-alive than ours. If it asks for a longer one, ours still finds a dead link in time.
        var keepAlive = Properties.KeepAlive is { } wanted && wanted > TimeSpan.Zero && wanted < mqtt.KeepAlive ? wanted : mqtt.KeepAlive;
        _keepAlive = new KeepAlive(keepAlive, _time);
    }

    private async Task WriteOwedAsync(IOwedEvents owed, CancellationToken ended)
    {
        await _writing.WaitAsync(ended).ConfigureAwait(false);
        try
        {
            while (Collect(owed))
            {
                _ackTimer!.Set();
                await WriteAsync(_writer.Packets).ConfigureAwait(false);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Collects the packets of what is owed, as long as there are places and one write is not too large.</summary>
    private bool Collect(IOwedEvents owed)
    {
        _writer.Clear();
        // On a connection that has ended each event would fail at once and be taken for what ended it.
        while (_writer.Packets.Length < WriteBytesLimit && End is null && _underWay!.HasRoom && owed.TryTake(out var next))
        {
            var id = _underWay!.Begin(next);
            var bytes = _writer.Add(MqttMessage.Of(next), id);
            if (bytes > 0)
            {
                Interlocked.Add(ref _counters.BytesOut, bytes);
                continue;
            }
            _underWay!.TryTake(id, out _);
            owed.Settle(next, MqttReason.AnswerOf(MqttReason.PacketTooLarge, $"it takes {Properties.MaximumPacketSize} bytes"));
        }
        return _writer.Packets.Length > 0;
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> packets)
    {
        try
        {
            // Half a packet would spoil the connection, so it is written to its end or to that of the connection.
            await _stream.WriteAsync(packets, Ended).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw Fail(ConnectionErrors.Of(e));
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var type = await _packets.NextAsync(Ended).ConfigureAwait(false);
                _keepAlive.NotePacket();
                Take(type, _packets.Body);
            }
        }
        catch (Exception e)
        {
            Fail(e as ConnectionException ?? ConnectionErrors.Of(e));
        }
    }

    private void Take(MqttPacketType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case MqttPacketType.PubAck:
                TakeAcknowledgement(body);
                break;
            case MqttPacketType.PingResp:
                break;
            case MqttPacketType.Disconnect:
                const string What = "the broker ended the connection";
                if (body.IsEmpty || body[0] == 0) throw new ConnectionException(ConnectionFault.Lost, $"{What} and gave no reason");
                throw BrokerRefusal.Of(body[0], What, ServerProperties.Read(body[1..]));
            default:
                throw new ConnectionException(ConnectionFault.Lost, $"the broker sent {type}, which nobody asked for");
        }
    }

    private void TakeAcknowledgement(ReadOnlySpan<byte> body)
    {
        if (body.Length < 2) throw new MqttProtocolException("the broker sent a PUBACK without a packet id");
        if (!_underWay!.TryTake((ushort)(body[0] << 8 | body[1]), out var pending))
        {
            UnknownAcks++;
            return;
        }
        if (pending.Waiter is { } waiter)
        {
            waiter.TrySetResult();
            // The status may have had the only place.
            Wake();
            return;
        }
        var said = body.Length > 3 ? ServerProperties.Read(body[3..]).ReasonString : null;
        var answer = MqttReason.AnswerOf(body.Length > 2 ? body[2] : MqttReason.Success, said);
        if (answer.Outcome == DeliveryOutcome.Accepted) Interlocked.Increment(ref _counters.Published);
        _owed!.Settle(pending.Owed, answer);
    }

    private async Task PingAsync()
    {
        if (!_writing.Wait(0)) return;
        try
        {
            await _stream.WriteAsync(SessionPackets.PingReq, Ended).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            Fail(ConnectionErrors.Of(e));
        }
        finally
        {
            _writing.Release();
        }
    }

    private ConnectionException Fail(ConnectionException end)
    {
        if (Interlocked.CompareExchange(ref _end, end, null) is { } before) return before;
        _stream.Dispose();
        // There are none before CONNACK.
        _ackTimer?.Dispose();
        _underWay?.Fail(end);
        _ended.Cancel();
        return end;
    }
}
