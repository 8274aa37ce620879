using EdgeAgent.Pipeline.Connections;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>Explains the reason codes of MQTT 5.0 section 2.4 that concern a publishing client, and says what to do about each.</summary>
internal static class MqttReason
{
    public const byte Success = 0x00;
    public const byte NoMatchingSubscribers = 0x10;
    public const byte NotAuthorized = 0x87;
    public const byte TopicNameInvalid = 0x90;
    public const byte PacketTooLarge = 0x95;
    public const byte QuotaExceeded = 0x97;
    public const byte PayloadFormatInvalid = 0x99;

    /// <summary>Whether the same event would be refused whenever it is sent.</summary>
    private static bool IsForEver(byte code) => code is TopicNameInvalid or PacketTooLarge or PayloadFormatInvalid;

    /// <summary>What PUBACK says to an event.</summary>
    /// <param name="code">Its reason code.</param>
    /// <param name="said">Its reason string; null: none.</param>
    public static DeliveryAnswer AnswerOf(byte code, string? said) => code switch
    {
        Success or NoMatchingSubscribers => DeliveryAnswer.Accepted,
        QuotaExceeded => DeliveryAnswer.Pause(Text(code, said)),
        _ when IsForEver(code) => DeliveryAnswer.Never(Text(code, said)),
        _ => DeliveryAnswer.Later(Text(code, said), isGivenUpInTheEnd: code == NotAuthorized),
    };

    public static string Text(byte code, string? said) => Text(code) + (said is { Length: > 0 } ? $" (\"{said}\")" : "");

    public static ConnectionFault FaultOf(byte code) => code switch
    {
        0x88 or 0x89 or 0x8b or 0x93 or 0x96 or QuotaExceeded or 0x9f => ConnectionFault.Busy,
        0x84 or 0x85 or 0x86 or NotAuthorized or 0x8a or 0x8c or 0x98 or 0x9a or 0x9b => ConnectionFault.Refused,
        0x8e => ConnectionFault.TakenOver,
        0x9c or 0x9d => ConnectionFault.Moved,
        TopicNameInvalid or PacketTooLarge or PayloadFormatInvalid => ConnectionFault.BadMessage,
        _ => ConnectionFault.Lost,
    };

    public static string Text(byte code) => code switch
    {
        0x80 => "unspecified error",
        0x81 => "malformed packet",
        0x82 => "protocol error",
        0x83 => "it does not accept this for a reason of its own",
        0x84 => "it does not speak this version of MQTT: set upstream.mqtt.version to the other one",
        0x85 => "client id not accepted: set upstream.mqtt.client_id to one that the broker knows",
        0x86 => "wrong user name or password: see upstream.mqtt.username and the file of password_file",
        NotAuthorized => "not authorised: see what the broker allows this user, and upstream.mqtt.username, password_file, cert_file",
        0x88 => "server unavailable",
        0x89 => "server busy",
        0x8a => "banned: ask who runs the broker",
        0x8b => "server shutting down",
        0x8c => "bad authentication method",
        0x8d => "it has not heard from us within the keep-alive",
        0x8e => "another client took over this client id: every agent needs an id of its own, see agent.id and upstream.mqtt.client_id",
        TopicNameInvalid => "topic name not accepted: see upstream.mqtt.topic",
        0x93 => "more messages under way than it takes: lower upstream.in_flight",
        PacketTooLarge => "packet too large: raise the broker's limit",
        0x96 => "message rate too high: set upstream.backlog_rate",
        QuotaExceeded => "quota exceeded: raise it at the broker, or set upstream.backlog_rate",
        0x98 => "closed by its administrator",
        PayloadFormatInvalid => "payload format not accepted",
        0x9a => "it keeps no retained messages, which the agent's status needs",
        0x9b => "it does not take QoS 1",
        0x9c => "use another server, for now",
        0x9d => "the server has moved",
        0x9f => "too many connections at once",
        0xa1 or 0xa2 => "it does not support what was asked for",
        _ => $"reason 0x{code:x2}",
    };

    /// <summary>The code of MQTT 5 for one of CONNACK in MQTT 3.1.1, section 3.2.2.3 there.</summary>
    public static byte OfVersion311(byte code) => code switch
    {
        1 => 0x84,
        2 => 0x85,
        3 => 0x88,
        4 => 0x86,
        5 => NotAuthorized,
        _ => code,
    };
}
