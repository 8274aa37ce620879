using EdgeAgent.Files;
using EdgeAgent.Mqtt.Transport;

namespace EdgeAgent.Mqtt;

/// <summary>One MQTT connection: where to, as whom, and in which version.</summary>
public sealed record MqttOptions
{
    /// <summary><c>mqtt://host[:1883]</c> or <c>mqtts://host[:8883]</c>; never with a password in it.</summary>
    public string Url { get; set; } = "";
    /// <summary>
    /// Empty: whoever connects makes one up, the same at every start, so that a persistent session finds its owner again.
    /// </summary>
    public string ClientId { get; set; } = "";
    public string? Username { get; set; }
    /// <summary>File whose first line is the password. Secrets come by file only.</summary>
    public string? PasswordFile { get; set; }
    /// <summary>PEM file with the certificates to trust instead of the system's.</summary>
    public string? CaFile { get; set; }
    /// <summary>PEM file with the certificate shown to the broker; <see cref="KeyFile"/> holds its key.</summary>
    public string? CertFile { get; set; }
    public string? KeyFile { get; set; }
    /// <summary>The protocol asked for in the TLS handshake (ALPN), where several share a port; null: none.</summary>
    public string? Alpn { get; set; }
    /// <summary>Null: MQTT 5, and 3.1.1 where the broker knows only that.</summary>
    public MqttVersion? Version { get; set; }
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(30);
    /// <summary>Resolves the name of the host.</summary>
    internal NameResolver Names { get; init; } = NameResolver.OfSystem;

    /// <summary>The first line of <see cref="PasswordFile"/>; null where there is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    internal string? ReadPassword()
    {
        if (PasswordFile is null) return null;
        using var reader = new StringReader(NamedFile.ReadText(PasswordFile, FileLimits.Secret));
        return reader.ReadLine() ?? "";
    }
}
