using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt;

/// <summary>
/// Says when a broker is to be left although its connection stands: it is silent, sends a packet that does not end, does not answer
/// SUBSCRIBE, or sends and does not read. Belongs to the session's thread, which it wakes in time.
/// </summary>
internal sealed class BrokerWatch : IDisposable
{
    /// <summary>An answer to SUBSCRIBE may stand behind readings that were kept for us, so these count for a while.</summary>
    private static readonly TimeSpan SubscribeLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SubscribeLimitInAll = TimeSpan.FromMinutes(5);

    /// <summary>Bytes of an acknowledgement, with a TLS record of its own around it.</summary>
    private const int AnswerBytes = 32;
    private const int AnswersLimit = 64 * 1024;

    private readonly KeepAlive _keepAlive;
    private readonly TimeProvider _time;
    private readonly int _unreadLimit;
    private readonly ITimer _pingTimer;
    private readonly ITimer _lookTimer;
    private long _subscribedAt, _messageAt;
    private long _looksAt;
    private long _unreadAnswers;

    /// <param name="keepAlive">What was agreed on.</param>
    /// <param name="session">How many messages the broker may have under way at once; only MQTT 5 tells it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="wake">Wakes the session's thread.</param>
    public BrokerWatch(KeepAlive keepAlive, MqttSessionOptions session, TimeProvider time, Action wake)
    {
        (_keepAlive, _time) = (keepAlive, time);
        var underWay = session.Version == MqttVersion.V5 ? session.ReceiveMaximum : ushort.MaxValue;
        _unreadLimit = Math.Max(AnswersLimit, underWay * AnswerBytes);
        _pingTimer = time.CreateTimer(_ => wake(), null, keepAlive.Period, keepAlive.Period);
        _lookTimer = time.CreateTimer(_ => wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        LookIn(keepAlive.TimeLeft);
    }

    /// <summary>A whole packet came; or, as after a message, we begin to read again.</summary>
    public void Heard(PacketType type)
    {
        _keepAlive.Heard();
        if (type == PacketType.Publish && _subscribedAt != 0) _messageAt = _time.GetTimestamp();
        if (type == PacketType.SubAck) LookIn(_keepAlive.TimeLeft);
    }

    /// <summary>SUBSCRIBE goes out.</summary>
    public void Subscribed()
    {
        _subscribedAt = _messageAt = _time.GetTimestamp();
        LookIn(SubscribeLimit);
    }

    /// <summary>Whether it is time for a ping; then it counts as sent.</summary>
    public bool TryAsk() => _keepAlive.TryAsk();

    /// <summary>Looks at a broker that we read from.</summary>
    /// <param name="unfinished">Bytes of a packet that has begun to come; 0: there is none.</param>
    /// <param name="isSubscribed">Whether it has answered every SUBSCRIBE.</param>
    /// <exception cref="MqttException">It is to be left.</exception>
    public void Check(int unfinished, bool isSubscribed)
    {
        var limit = _keepAlive.SilenceLimit.TotalSeconds;
        if (_keepAlive.IsDead)
            throw unfinished == 0 ? new MqttException(MqttFault.Lost, $"the broker was silent for more than {limit:0.#} s")
                : MqttException.Protocol(
                    $"the broker sends a packet of {unfinished} bytes, which has not ended within {limit:0.#} s");
        if (isSubscribed) _subscribedAt = 0;
        var left = _subscribedAt == 0 ? _keepAlive.TimeLeft : SubscribeTimeLeft;
        if (_subscribedAt != 0 && left <= TimeSpan.Zero)
            throw MqttException.Protocol($"the broker does not answer SUBSCRIBE within {SubscribeLimit.TotalSeconds:0} s");
        if (_time.GetTimestamp() >= _looksAt) LookIn(left);
    }

    /// <summary>Looks at a broker that one more acknowledgement is written to.</summary>
    /// <param name="unread">Bytes that it has not taken.</param>
    /// <exception cref="MqttException">It sends and does not read: more waits for it than a broker can be waiting for.</exception>
    public void CheckReads(int unread)
    {
        _unreadAnswers = unread == 0 ? 0 : _unreadAnswers + 1;
        // What else waits for it may be large.
        if (unread > _unreadLimit && _unreadAnswers * AnswerBytes > _unreadLimit)
            throw MqttException.Protocol("the broker sends messages and does not read what it is answered");
    }

    public void Dispose()
    {
        _pingTimer.Dispose();
        _lookTimer.Dispose();
    }

    private TimeSpan SubscribeTimeLeft
    {
        get
        {
            var sinceMessage = SubscribeLimit - _time.GetElapsedTime(_messageAt);
            var inAll = SubscribeLimitInAll - _time.GetElapsedTime(_subscribedAt);
            return sinceMessage < inAll ? sinceMessage : inAll;
        }
    }

    private void LookIn(TimeSpan time)
    {
        // A timer may fire a little early.
        var wait = (time > TimeSpan.Zero ? time : TimeSpan.Zero) + TimeSpan.FromMilliseconds(10);
        _looksAt = _time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency);
        _lookTimer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
