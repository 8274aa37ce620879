namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>What of the agent's own configuration helps against a reason that a broker gives.</summary>
internal static class Advice
{
    /// <summary>The text with the advice behind it.</summary>
    /// <param name="code">The reason code.</param>
    /// <param name="text">What it means.</param>
    public static string Add(byte code, string text) => code switch
    {
        0x93 => $"{text}; lower upstream.in_flight",
        0x9a => $"{text}; set upstream.status_retain = false",
        0x96 or 0x97 => $"{text}, or set upstream.backlog_rate",
        _ => text,
    };
}
