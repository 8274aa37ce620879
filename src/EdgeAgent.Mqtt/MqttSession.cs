using System.Net.Security;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Mqtt.Transport;

namespace EdgeAgent.Mqtt;

/// <summary>
/// One connection to a broker, MQTT 3.1.1 or 5, from CONNECT to its end. It belongs to the thread that opens and runs it: that
/// thread alone reads and writes the socket, so that no broker can hold up anyone else. Other threads finish messages and wake it.
/// </summary>
public sealed class MqttSession : IDisposable
{
    internal static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(10);
    private readonly BrokerConnection _connection;
    private readonly MqttSessionOptions _options;
    private readonly PacketInput _input;
    private readonly PacketWriter _output = new();
    private readonly ReceiveWindow _window;
    private readonly Subscriptions _subscriptions = new();
    private readonly int _owner = Environment.CurrentManagedThreadId;
    private BrokerWatch _watch = null!;
    private IMqttSessionHandler _handler = null!;
    private CancellationToken _stop;
    private PublishWriter _publish = null!;
    private bool _isReading = true;
    private bool _mayHaveRoom;
    private volatile bool _isClosed;

    private MqttSession(BrokerConnection connection, MqttSessionOptions options)
    {
        (_connection, _options) = (connection, options);
        _input = new PacketInput(connection, options.BufferLimit);
        _window = new ReceiveWindow(options.ReceiveMaximum);
    }

    /// <summary>What the broker said of itself.</summary>
    public ServerProperties Server { get; private set; } = new();
    /// <summary>Whether the broker kept the session of an earlier connection.</summary>
    public bool IsResumed { get; private set; }
    /// <summary>Whether the broker is to forget the session when it is left in good order. Over MQTT 3.1.1 it cannot be told.</summary>
    public bool EndsSession { get; set; }
    /// <summary>Protocol version of the connection.</summary>
    public MqttVersion Version => _options.Version;
    /// <summary>Encrypts the connection; null: it is plain.</summary>
    public SslStream? Tls => _connection.Tls;
    /// <summary>Bytes of all packets that arrived.</summary>
    public long BytesReceived => _input.BytesReceived;
    /// <summary>QoS 1 messages that somebody still holds. For any thread.</summary>
    public int Unfinished => _window.Unfinished;
    /// <summary>QoS 1 messages that the broker may repeat on the next connection. When the session has ended.</summary>
    public int PossibleRepeats => _window.PossibleRepeats;
    /// <summary>Bytes that are written and that the broker has not taken yet.</summary>
    public int UnsentBytes => _output.Count + _connection.UnsentBytes;
    /// <summary>How many more publishes the broker accepts before it has answered earlier ones.</summary>
    public int SendQuota => _publish.Quota;

    /// <summary>Connects; blocks until the broker has accepted the session.</summary>
    /// <param name="mqtt">Where to, and as whom.</param>
    /// <param name="options">How the session is asked for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="MqttException">There is no session; the message says why.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static MqttSession Open(MqttOptions mqtt, MqttSessionOptions options, TimeProvider time, CancellationToken cancel)
    {
        // A listener that takes the connection and says nothing must not hold its caller for ever.
        using var limit = new CancellationTokenSource(OpenLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        MqttSession? session = null;
        try
        {
            session = new MqttSession(BrokerConnection.Open(mqtt, mqtt.Names, either.Token), options);
            session.Connect(mqtt, time, either.Token);
            return session;
        }
        catch (Exception e)
        {
            session?.Dispose();
            cancel.ThrowIfCancellationRequested();
            if (e is not MqttException && limit.IsCancellationRequested) throw MqttException.NoAnswer(OpenLimit, session is not null);
            if (!MqttException.IsExpected(e)) throw;
            throw MqttException.AtConnect(e, mqtt, isConnected: session is not null);
        }
    }

    /// <summary>
    /// Asks for subscriptions: all at first, later those again that were refused. The answer comes as
    /// <see cref="IMqttSessionHandler.OnSubscribed"/>.
    /// </summary>
    public void Subscribe(MqttFilter[] filters)
    {
        _subscriptions.Request(_output, Version, filters, Server.HasSubscriptionIdentifiers, _publish.NextPacketId);
        _watch.Subscribed();
    }

    /// <summary>Ends subscriptions that the broker kept from an earlier connection.</summary>
    public void Unsubscribe(IEnumerable<string> filters) =>
        ConnectPackets.Unsubscribe(_output, Version, _publish.NextPacketId(), filters);

    /// <summary>
    /// Publishes with QoS 1. It leaves with everything else that is written now; the answer comes as
    /// <see cref="IMqttSessionHandler.OnPublishAnswered"/>.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="bytes">Bytes of the packet.</param>
    /// <returns>The packet id; 0: it is larger than the broker accepts, and nothing is sent.</returns>
    public ushort Publish(in MqttMessage message, out int bytes) => _publish.Write(_output, message, out bytes);

    /// <summary>Bytes that the payload of such a message may have at most.</summary>
    public long PayloadLimit(in MqttMessage message) => _publish.PayloadLimit(message);

    /// <summary>So many more must finish a message before it is acknowledged.</summary>
    public void Hold(int token, int more) => _window.Hold(token, more);

    /// <summary>A message needs no more of its receiver; it is acknowledged after the next <see cref="Wake"/>. For any thread.</summary>
    public void Finish(int token) => _window.Finish(token);

    /// <summary>Has the session's thread look at what is finished and to be sent. For any thread.</summary>
    public void Wake()
    {
        // The session's own thread looks before it waits anyway.
        if (_owner == Environment.CurrentManagedThreadId) _mayHaveRoom = true;
        else if (!_isClosed) _connection.Wake();
    }

    /// <summary>
    /// Receives until the connection ends or <paramref name="stop"/> is set; then it acknowledges what is finished, says goodbye
    /// and returns.
    /// </summary>
    /// <exception cref="MqttException">The connection has ended.</exception>
    public void Run(IMqttSessionHandler handler, CancellationToken stop)
    {
        (_handler, _stop) = (handler, stop);
        _connection.Woken = OnWoken;
        using var wakeOnStop = stop.Register(_connection.Wake);
        try
        {
            Flush();
            while (true) Receive();
        }
        catch (Exception e) when (MqttException.IsExpected(e))
        {
            // TLS wraps what ends a wait in an exception of its own.
            if (_isClosed && stop.IsCancellationRequested) return;
            throw e.GetBaseException() as MqttException ?? MqttException.Of(e);
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Sends due acknowledgements and all that was written, in one write. It never waits; each wait begins with it.</summary>
    public void Flush()
    {
        Acknowledge();
        if (_output.Count == 0) return;
        _connection.Write(_output.Written);
        _output.Clear();
    }

    /// <summary>Says goodbye and closes the connection.</summary>
    public void Disconnect()
    {
        // The broker looks at nothing that comes behind DISCONNECT.
        Acknowledge();
        if (!_options.LeavesWithWill) ConnectPackets.Disconnect(_output, EndsSession && Version == MqttVersion.V5);
        Flush();
        _isClosed = true;
        _connection.Close();
    }

    public void Dispose()
    {
        _isClosed = true;
        _watch?.Dispose();
        _connection.Dispose();
    }

    private void Connect(MqttOptions mqtt, TimeProvider time, CancellationToken deadline)
    {
        using var wakeOnCancel = deadline.Register(_connection.Wake);
        _connection.Woken = deadline.ThrowIfCancellationRequested;
        ConnectPackets.Connect(_output, mqtt, _options);
        Flush();
        FixedHeader header;
        while (!_input.TryRead(out header))
            _input.Fill();
        (IsResumed, Server) = ConnectPackets.ReadConnAck(header.Type, _input.Body(header), Version);
        _input.Drop(header);
        _publish = new PublishWriter(Version, Server);
        if (IsResumed) _window.ExpectRepeats(_options.RepeatLimit ?? _options.ReceiveMaximum);
        _watch = new BrokerWatch(KeepAlive.Agreed(mqtt.KeepAlive, Server.KeepAlive, time), _options, time, _connection.Wake);
    }

    /// <summary>Takes all packets that are at hand, then waits for more.</summary>
    private void Receive()
    {
        while (_isReading && _input.TryRead(out var header))
        {
            if (!Take(header))
            {
                (_isReading, _mayHaveRoom) = (false, false);
                break;
            }
            _watch.Heard(header.Type);
            _input.Drop(header);
        }
        _handler.OnIdle();
        Flush();
        if (_isReading)
        {
            _input.Fill();
            return;
        }
        // The message at hand has no place now: the socket is left alone, and the broker has to wait. But what this thread has
        // finished or given back itself wakes nobody.
        if (!_mayHaveRoom) _connection.WaitForWake();
        _isReading = true;
        _watch.Heard(PacketType.Publish);
    }

    /// <summary>Runs within a wait, on the session's thread.</summary>
    private void OnWoken()
    {
        if (_stop.IsCancellationRequested) Stop();
        if (_isReading) _watch.Check(_input.Unfinished, _subscriptions.AreAllAnswered);
        if (_watch.TryAsk())
        {
            _output.Begin(PacketType.PingReq).End();
            _window.PingSent();
        }
        _handler.OnIdle();
        Flush();
    }

    private void Stop()
    {
        _handler.OnStopping();
        Disconnect();
        throw new OperationCanceledException(_stop);
    }

    private bool Take(in FixedHeader header)
    {
        if (header.Type != PacketType.Publish && _input.IsCut(header))
            throw MqttException.Protocol($"the broker sent a packet of {header.PacketBytes} bytes: is this an MQTT broker?");
        switch (header.Type)
        {
            case PacketType.Publish:
                return TakePublish(header);
            case PacketType.PubAck:
                var answer = ConnectPackets.ReadPubAck(_input.Body(header));
                _publish.Answered(answer.PacketId);
                _handler.OnPublishAnswered(answer);
                return true;
            case PacketType.SubAck:
                _subscriptions.TakeAnswer(_input.Body(header), Version);
                if (_subscriptions.AreAllAnswered) _subscriptions.Tell(_handler);
                return true;
            case PacketType.UnsubAck:
                _handler.OnUnsubscribed();
                return true;
            case PacketType.PingResp:
                _window.PingAnswered();
                return true;
            case PacketType.Disconnect:
                throw ConnectPackets.ReadDisconnect(_input.Body(header));
            default:
                throw MqttException.Protocol($"the broker sent {header.Type}, which nobody asked for");
        }
    }

    private bool TakePublish(in FixedHeader header)
    {
        var packet = PublishPacket.Read(header.Flags, _input.Body(header), Version, _input.IsCut(header));
        var token = -1;
        // Only brokers that ignore the receive maximum, or MQTT 3.1.1, fill the window.
        if (packet.Qos > 0 && !_window.TryAdd(packet.PacketId, out token)) return false;
        if (_subscriptions.IsCopy(packet))
        {
            if (token >= 0) _window.Finish(token);
            return true;
        }
        if (token >= 0 && _window.MayRepeat) packet = packet.AsRepeat();
        if (_handler.OnPublish(packet, token)) return true;
        if (token >= 0) _window.Undo();
        return false;
    }

    private void Acknowledge()
    {
        while (_window.TryTakeDue(out var packetId))
        {
            _watch.CheckReads(_connection.UnsentBytes);
            _output.Byte((int)PacketType.PubAck << 4).Byte(2).Word(packetId);
            _mayHaveRoom = true;
        }
    }
}
