namespace EdgeAgent.Mqtt;

/// <summary>What to do about the reason for which a connection ended or was refused.</summary>
public enum MqttFault
{
    /// <summary>The way to the broker failed; it may work again in a moment.</summary>
    Lost,
    /// <summary>The broker has no time or no room now: wait before the next attempt.</summary>
    Busy,
    /// <summary>The broker does not accept this client: someone has to change something.</summary>
    Refused,
    /// <summary>Another client uses the same client id: reconnecting at once would disconnect that one.</summary>
    TakenOver,
    /// <summary>Another server is to be used.</summary>
    Moved,
    /// <summary>The broker rejected a message, and will reject it again.</summary>
    BadMessage,
}

/// <summary>The reason codes of MQTT 5.0 section 2.4 as far as they concern a client, with text that says what to do.</summary>
public static class MqttReason
{
    public const byte Success = 0x00;
    public const byte NoMatchingSubscribers = 0x10;
    public const byte UnsupportedVersion = 0x84;
    public const byte WrongPassword = 0x86;
    public const byte NotAuthorized = 0x87;
    public const byte TakenOver = 0x8e;
    public const byte TopicNameInvalid = 0x90;
    public const byte PacketTooLarge = 0x95;
    public const byte MessageRateTooHigh = 0x96;
    public const byte QuotaExceeded = 0x97;
    public const byte PayloadFormatInvalid = 0x99;

    public static MqttFault FaultOf(byte code) => code switch
    {
        0x88 or 0x89 or 0x8b or 0x93 or MessageRateTooHigh or QuotaExceeded or 0x9f => MqttFault.Busy,
        UnsupportedVersion or 0x85 or WrongPassword or NotAuthorized or 0x8a or 0x8c or 0x98 or 0x9a or 0x9b => MqttFault.Refused,
        TakenOver => MqttFault.TakenOver,
        0x9c or 0x9d => MqttFault.Moved,
        TopicNameInvalid or PacketTooLarge or PayloadFormatInvalid => MqttFault.BadMessage,
        _ => MqttFault.Lost,
    };

    /// <summary>
    /// What the code means, and behind a colon what helps. Keys are those of <see cref="MqttOptions"/> as configurations spell them.
    /// </summary>
    public static string Describe(byte code) => code switch
    {
        0x80 => "unspecified error",
        0x81 => "malformed packet",
        0x82 => "protocol error",
        0x83 => "it does not accept this for a reason of its own",
        UnsupportedVersion => "it does not speak this version of MQTT: set version to the other one",
        0x85 => "client id not accepted: set client_id to one that the broker knows",
        WrongPassword => "wrong user name or password: see username and the file of password_file",
        NotAuthorized => "not authorised: check username, password_file and cert_file, and what the broker allows this user",
        0x88 => "server unavailable",
        0x89 => "server busy",
        0x8a => "banned: ask who runs the broker",
        0x8b => "server shutting down",
        0x8c => "bad authentication method",
        0x8d => "it has not heard from us within the keep-alive",
        TakenOver => "another client took over this client id: every agent needs its own id, set agent.id or client_id on one of them",
        TopicNameInvalid => "topic name not accepted: see topic",
        0x93 => "receive maximum exceeded: more messages under way than it accepts",
        PacketTooLarge => "packet too large: raise the broker's limit",
        MessageRateTooHigh => "message rate too high",
        QuotaExceeded => "quota exceeded: raise it at the broker",
        0x98 => "closed by its administrator",
        PayloadFormatInvalid => "payload format not accepted",
        0x9a => "it stores no retained messages, which the agent's status needs",
        0x9b => "it does not accept QoS 1",
        0x9c => "use another server, for now",
        0x9d => "the server has moved",
        0x9f => "too many connections at once",
        0xa1 or 0xa2 => "it does not support what was asked for",
        _ => $"reason 0x{code:x2}",
    };

    /// <summary>The code of MQTT 5 for a return code of CONNACK in MQTT 3.1.1, section 3.2.2.3 there.</summary>
    public static byte OfVersion311(byte code) => code switch
    {
        1 => UnsupportedVersion,
        2 => 0x85,
        3 => 0x88,
        4 => WrongPassword,
        5 => NotAuthorized,
        _ => code,
    };
}
