namespace EdgeAgent.Pipeline.Upstream;

/// <summary>Why the link upstream ended or did not come about. The message is for people.</summary>
/// <param name="fault">What to do about it.</param>
/// <param name="message">What happened, and what helps.</param>
/// <param name="inner">What the system said.</param>
internal sealed class LinkException(LinkFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public LinkFault Fault { get; } = fault;

    /// <summary>The broker's reason code; 0: it gave none.</summary>
    public byte Code { get; init; }

    /// <summary>Where it sends us; null: nowhere.</summary>
    public string? ServerReference { get; init; }

    public static LinkException Of(byte code, string what, BrokerTerms terms)
    {
        var reason = terms.ReasonString is { Length: > 0 } said ? $" (\"{said}\")" : "";
        return new LinkException(Upstream.MqttReason.FaultOf(code), $"{what}: {Upstream.MqttReason.Words(code)}{reason}")
        {
            Code = code,
            ServerReference = terms.ServerReference,
        };
    }
}
