using EdgeAgent.Pipeline.Ingest;
using EdgeAgent.Pipeline.Ingest.Mqtt;
using EdgeAgent.Pipeline.Outbox;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>Turns the configuration into MQTTnet's options for the session upstream.</summary>
internal static class UpstreamClientOptions
{
    /// <exception cref="IOException">TLS is asked for, and there is no OpenSSL.</exception>
    public static MqttClientOptions Build(AgentOptions agent)
    {
        var mqtt = agent.Upstream.Mqtt;
        var uri = new Uri(mqtt.Url);
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(uri.Host, MqttTransport.PortOf(uri))
            .WithProtocolVersion(mqtt.Version == "5" ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311)
            .WithClientId(mqtt.ClientId.Length > 0 ? mqtt.ClientId : $"edgeagent-{agent.Id}-upstream")
            .WithKeepAlivePeriod(mqtt.KeepAlive)
            .WithTimeout(TimeSpan.FromSeconds(10))
            .WithCleanStart()
            .WithWillTopic(StatusTopic(agent))
            .WithWillPayload(AgentStatus.Will(agent))
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithWillRetain();
        if (mqtt.Username is not null) builder.WithCredentials(mqtt.Username, MqttTransport.ReadPassword(mqtt));
        if (uri.Scheme == "mqtts") builder.WithTlsOptions(tls => Secure(tls, mqtt));
        return builder.Build();
    }

    /// <summary>Where the agent says that it is there: retained, with the offline form as its last will.</summary>
    public static string StatusTopic(AgentOptions agent) => $"edgeagent/{EventTopic.Level(agent.Site)}/{EventTopic.Level(agent.Id)}/status";

    private static void Secure(MqttClientTlsOptionsBuilder tls, MqttOptions mqtt)
    {
        OpenSsl.Require();
        tls.UseTls();
        if (MqttTransport.TrustPolicy(mqtt.CaFile) is { } trust) tls.WithTrustChain(trust.CustomTrustStore);
    }
}
