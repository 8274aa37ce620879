namespace EdgeAgent.Configuration;

/// <summary>
/// Fills in what a hub in the cloud asks for, <c>upstream.mqtt.preset</c>. It sets what is not written; what is written wins. Both hubs
/// know by themselves who is connected, and end a connection over a topic that they do not allow: so birth, will and status are off.
/// </summary>
internal sealed class UpstreamPreset
{
    private const string Azure = "azure-iot-hub";
    private const string Aws = "aws-iot";
    private const string AzureVersion = "2021-04-12";
    private const int HttpsPort = 443;

    private readonly ConfigurationPosition _position;
    private readonly List<string> _set = [];

    private UpstreamPreset(ConfigurationPosition position) => _position = position;

    /// <summary>Sets what is not written.</summary>
    /// <param name="upstream">The table <c>[upstream]</c>.</param>
    /// <param name="mqtt">The table <c>[upstream.mqtt]</c>.</param>
    /// <param name="agentId">Whose name the hub has for this device unless <c>client_id</c> is given.</param>
    /// <returns>What it set, as one would write it; null: there is no preset.</returns>
    public static (string Name, IReadOnlyList<string> Set)? Apply(TomlScope upstream, TomlScope mqtt, string agentId)
    {
        var name = mqtt.Choice<string?>("preset", null, (Azure, Azure), (Aws, Aws));
        if (name is null) return null;
        var preset = new UpstreamPreset(mqtt.Find("preset")!.Position);
        preset.SetText(mqtt, "client_id", agentId);
        var clientId = (mqtt.Find("client_id") as TextNode)?.Value ?? agentId;
        var url = (mqtt.Find("url") as TextNode)?.Value;
        var address = Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed : null;
        if (name == Azure) preset.SetAzure(mqtt, clientId, address);
        else preset.SetAws(mqtt, address);
        preset.SetFalse(upstream, "status");
        preset.SetFalse(upstream, "status_retain");
        return (name, preset._set);
    }

    private void SetAzure(TomlScope mqtt, string clientId, Uri? address)
    {
        SetText(mqtt, "version", "3.1.1");
        if (address is not null) SetText(mqtt, "username", $"{address.Host}/{clientId}/?api-version={AzureVersion}");
        // What stands behind the last slash are properties of the message: the hub looks into a body only where they say what it is.
        SetText(mqtt, "topic", $"devices/{clientId}/messages/events/$.ct=application%2Fjson&$.ce=utf-8");
        if (!mqtt.Has("password_file") && !mqtt.Has("cert_file"))
            mqtt.Missing(
                "password_file", "Azure IoT Hub asks who the device is: name a file with its SAS token, or cert_file and key_file");
    }

    private void SetAws(TomlScope mqtt, Uri? address)
    {
        if (address is { Scheme: "mqtts", Port: HttpsPort }) SetText(mqtt, "alpn", "x-amzn-mqtt-ca");
        if (!mqtt.Has("password_file") && !mqtt.Has("cert_file"))
            mqtt.Missing(
                "cert_file", "AWS IoT asks who the device is: name the files of its certificate and its key, cert_file and key_file");
    }

    private void SetText(TomlScope table, string key, string value)
    {
        if (table.TrySet(key, new TextNode(value, _position))) _set.Add($"{key} = \"{value}\"");
    }

    private void SetFalse(TomlScope table, string key)
    {
        if (table.TrySet(key, new BooleanNode(false, _position))) _set.Add($"{key} = false");
    }
}
