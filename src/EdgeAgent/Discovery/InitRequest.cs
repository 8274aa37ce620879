using EdgeAgent.Mqtt;

namespace EdgeAgent.Discovery;

/// <summary>What the user asked <c>config init</c> to do; null: not said.</summary>
internal sealed record InitRequest(
    MqttOptions Mqtt, string[] Topics, TimeSpan Span, string? From, string Output, bool IsForced, bool IsYes,
    string? Site, string? Upstream, string[] Sources);
