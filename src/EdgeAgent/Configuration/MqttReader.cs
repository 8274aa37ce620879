using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Configuration;

/// <summary>Reads what the connections to the sensors' broker and to upstream have in common.</summary>
internal static class MqttReader
{
    /// <summary>MQTT counts the keep-alive interval in seconds, in two bytes.</summary>
    private static readonly TimeSpan KeepAliveLimit = TimeSpan.FromSeconds(65_535);

    public static MqttOptions Read(TomlScope mqtt, string exampleUrl)
    {
        var defaults = new MqttOptions();
        foreach (var (has, needed) in new[] { ("cert_file", "key_file"), ("key_file", "cert_file") })
            if (mqtt.Has(has) && !mqtt.Has(needed)) mqtt.Missing(needed, $"a client certificate needs both; {has} is given");
        var passwordFile = mqtt.ExistingFile("password_file");
        if (passwordFile is not null && !mqtt.Has("username"))
            mqtt.Missing("username", "a password without a name is sent to nobody; write, for example, username = \"edgeagent\"");
        return new MqttOptions
        {
            Url = BrokerUrl.Read(mqtt, exampleUrl),
            ClientId = mqtt.Text("client_id") ?? defaults.ClientId,
            Username = mqtt.Text("username"),
            PasswordFile = passwordFile,
            CaFile = mqtt.ExistingFile("ca_file"),
            CertFile = mqtt.ExistingFile("cert_file"),
            KeyFile = mqtt.ExistingFile("key_file"),
            Alpn = mqtt.Text("alpn", ConfigurationChecks.Alpn),
            Version = mqtt.Choice("version", defaults.Version, ("5", MqttVersion.V5), ("3.1.1", MqttVersion.V311)),
            KeepAlive = mqtt.Duration("keep_alive", defaults.KeepAlive, TimeSpan.FromSeconds(1), KeepAliveLimit),
        };
    }
}
