namespace EdgeAgent.Pipeline.Ingest;

/// <summary>One MQTT connection: where, who, and how patient.</summary>
public sealed record MqttOptions
{
    /// <summary><c>mqtt://host[:1883]</c> or <c>mqtts://host[:8883]</c>; never with a password in it.</summary>
    public string Url { get; set; } = "";
    /// <summary>Empty: made from the agent's id, so that a persistent session finds its owner again.</summary>
    public string ClientId { get; set; } = "";
    public string? Username { get; set; }
    /// <summary>File whose first line is the password. Secrets come by file only.</summary>
    public string? PasswordFile { get; set; }
    /// <summary>PEM file with the certificates to trust instead of the system's.</summary>
    public string? CaFile { get; set; }
    /// <summary>PEM file with the certificate that this agent shows the broker, and <see cref="KeyFile"/> with its key.</summary>
    public string? CertFile { get; set; }
    public string? KeyFile { get; set; }
    /// <summary><c>5</c> or <c>3.1.1</c>.</summary>
    public string Version { get; set; } = "5";
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(30);
}
