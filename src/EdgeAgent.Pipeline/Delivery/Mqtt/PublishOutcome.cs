using EdgeAgent.Mqtt;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>What a broker's answer to a publish means for the event.</summary>
internal static class PublishOutcome
{
    /// <param name="code">The reason code of PUBACK.</param>
    /// <param name="said">Its reason string; null: none.</param>
    public static DeliveryAnswer Of(byte code, string? said) => code switch
    {
        MqttReason.Success or MqttReason.NoMatchingSubscribers => DeliveryAnswer.Accepted,
        MqttReason.PacketTooLarge or MqttReason.PayloadFormatInvalid =>
            DeliveryAnswer.Never(Describe(code, said), isTooLarge: code == MqttReason.PacketTooLarge),
        MqttReason.MessageRateTooHigh => DeliveryAnswer.Pause(Describe(code, said)),
        // Rights and names of topics are corrected by people.
        _ => DeliveryAnswer.Later(
            Describe(code, said), isGivenUpInTheEnd: code is MqttReason.NotAuthorized or MqttReason.TopicNameInvalid),
    };

    /// <summary>What it means, with the broker's own words.</summary>
    public static string Describe(byte code, string? said) =>
        Advice.Add(code, MqttReason.Describe(code)) + (said is { Length: > 0 } ? $" (\"{said}\")" : "");
}
