using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>
/// One connection upstream, from CONNECT to its end. It believes in the broker only as far as it hears of it: whole packets
/// within the keep-alive, and an acknowledgement for each publish. How it ends is told in <see cref="End"/>.
/// </summary>
internal sealed class UpstreamSession : IDisposable
{
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);

    private readonly Stream _stream;
    private readonly AgentOptions _agent;
    private readonly TimeProvider _time;
    private readonly EdgeAgent.Mqtt.MqttVersion _version;
    private readonly UpstreamReader _reader;
    private readonly PendingPublishes _pending = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _ended = new();
    private SemaphoreSlim _quota = null!;
    private PublishWriter _writer = null!;
    private SignsOfLife _life = null!;
    private LinkException? _end;

    private UpstreamSession(Stream stream, AgentOptions agent, TimeProvider time)
    {
        (_stream, _reader, _agent, _time) = (stream, new UpstreamReader(stream), agent, time);
        _version = agent.Upstream.Mqtt.Version ?? EdgeAgent.Mqtt.MqttVersion.V5;
    }

    /// <summary>What the broker said of itself.</summary>
    public BrokerTerms Terms { get; private set; } = new();

    /// <summary>Set when the connection ends.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Why it ended; null while it has not.</summary>
    public LinkException? End => Volatile.Read(ref _end);

    /// <summary>Acknowledgements of what was never sent, or was acknowledged before.</summary>
    public long UnknownAcks { get; private set; }

    /// <summary>Connects, and begins to listen and to give signs of life.</summary>
    /// <exception cref="LinkException">There is no connection.</exception>
    public static async Task<UpstreamSession> OpenAsync(AgentOptions agent, MqttOptions mqtt, TimeProvider time, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(OpenTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        UpstreamSession? session = null;
        try
        {
            session = new UpstreamSession(await MqttTransport.OpenAsync(mqtt, either.Token).ConfigureAwait(false), agent, time);
            await session.ConnectAsync(mqtt, either.Token).ConfigureAwait(false);
            _ = session.ReceiveAsync();
            _ = session._life.WatchAsync(() => _ = session.PingAsync(), silence => session.Fail(silence), session.Ended);
            return session;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            session?.Dispose();
            if (timeout.IsCancellationRequested)
                throw new LinkException(LinkFault.Lost, session is null
                    ? $"no answer within {OpenTimeout.TotalSeconds:0} s: see the address, and whether a firewall drops what is sent there"
                    : $"it takes the connection and does not answer CONNECT within {OpenTimeout.TotalSeconds:0} s: is this an MQTT broker?");
            throw e as LinkException ?? LinkTroubles.Of(e);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>Publishes with QoS 1 and waits for the answer. Waits first while as many are under way as the broker takes.</summary>
    /// <exception cref="LinkException">The connection has ended, or ends because there was no answer in time.</exception>
    public async Task<PublishAnswer> PublishAsync(UpstreamMessage message, CancellationToken cancel)
    {
        await _quota.WaitAsync(cancel).ConfigureAwait(false);
        var (id, answer) = (default(ushort), default(Task<(byte, string?)>)!);
        try
        {
            (id, answer) = _pending.Begin();
            var bytes = await WriteAsync(message, id, cancel).ConfigureAwait(false);
            if (bytes == 0) return new PublishAnswer(Upstream.MqttReason.PacketTooLarge, $"it takes {Terms.MaximumPacketSize} bytes", 0);
            var (code, reason) = await answer.WaitAsync(_agent.Upstream.AckTimeout, _time, cancel).ConfigureAwait(false);
            return new PublishAnswer(code, reason, bytes);
        }
        catch (TimeoutException)
        {
            throw Fail(new LinkException(LinkFault.Lost, $"a publish was not acknowledged within {_agent.Upstream.AckTimeout.TotalSeconds:0.#} s (upstream.ack_timeout)"));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw Fail(LinkTroubles.Of(e));
        }
        finally
        {
            _pending.Forget(id);
            _quota.Release();
        }
    }

    /// <summary>Says goodbye, so that the broker does not publish the last will.</summary>
    public async Task DisconnectAsync(CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        await _stream.WriteAsync(SessionPackets.Disconnect, cancel).ConfigureAwait(false);
    }

    public void Dispose() => Fail(new LinkException(LinkFault.Lost, "the agent closed the connection"));

    private async Task ConnectAsync(MqttOptions mqtt, CancellationToken cancel)
    {
        await _stream.WriteAsync(UpstreamConnect.Packet(_agent, mqtt, _version), cancel).ConfigureAwait(false);
        var type = await _reader.NextAsync(cancel).ConfigureAwait(false);
        var body = _reader.Body;
        if (type != MqttPacketType.ConnAck || body.Length < 2)
            throw new LinkException(LinkFault.Refused, $"the broker answered CONNECT with {type}: is this an MQTT broker?");
        Terms = _version == EdgeAgent.Mqtt.MqttVersion.V5 ? BrokerTerms.Read(body[2..]) : Terms;
        // Brokers that know MQTT 3.1.1 only answer in its own words, whatever they were asked in.
        var code = _version == EdgeAgent.Mqtt.MqttVersion.V311 || body[1] < 0x80 ? Upstream.MqttReason.OfVersion311(body[1]) : body[1];
        if (code != 0) throw LinkException.Of(code, "the broker refuses the connection", Terms);
        if (Terms.MaximumQos == 0)
            throw new LinkException(LinkFault.Refused, "the broker takes QoS 0 only, so no delivery could be confirmed: allow QoS 1 there");
        _quota = new SemaphoreSlim(Terms.ReceiveMaximum);
        _writer = new PublishWriter(_version, Terms);
        // It may ask for more signs of life than we offered. If it asks for fewer, ours still find a dead link in time.
        var keepAlive = Terms.KeepAlive is { } wanted && wanted > TimeSpan.Zero && wanted < mqtt.KeepAlive ? wanted : mqtt.KeepAlive;
        _life = new SignsOfLife(keepAlive, _time);
    }

    private async Task<int> WriteAsync(UpstreamMessage message, ushort id, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var packet = _writer.Write(message, id);
            // Half a packet would spoil the connection, so it is written to its end or to that of the connection.
            if (packet.Length > 0) await _stream.WriteAsync(packet, Ended).ConfigureAwait(false);
            return packet.Length;
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var type = await _reader.NextAsync(Ended).ConfigureAwait(false);
                _life.Heard();
                Take(type, _reader.Body);
            }
        }
        catch (Exception e)
        {
            Fail(e as LinkException ?? LinkTroubles.Of(e));
        }
    }

    private void Take(MqttPacketType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case MqttPacketType.PubAck:
                if (!_pending.TryAcknowledge(body)) UnknownAcks++;
                break;
            case MqttPacketType.PingResp:
                break;
            case MqttPacketType.Disconnect:
                var terms = body.Length > 1 ? BrokerTerms.Read(body[1..]) : new BrokerTerms();
                if (body.IsEmpty || body[0] == 0) throw new LinkException(LinkFault.Lost, "the broker ended the connection and gave no reason");
                throw LinkException.Of(body[0], "the broker ended the connection", terms);
            default:
                throw new LinkException(LinkFault.Lost, $"the broker sent {type}, which nobody asked for");
        }
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
            Fail(LinkTroubles.Of(e));
        }
        finally
        {
            _writing.Release();
        }
    }

    private LinkException Fail(LinkException end)
    {
        if (Interlocked.CompareExchange(ref _end, end, null) is { } before) return before;
        _stream.Dispose();
        _pending.Fail(end);
        _ended.Cancel();
        return end;
    }
}
