namespace EdgeAgent.Configuration;

/// <summary>Checks the address of a broker, without ever printing a password that stands in it.</summary>
internal static class BrokerUrl
{
    /// <summary>The address, or an empty text where it is absent or was reported.</summary>
    public static string Read(TomlScope mqtt, string example)
    {
        const string Key = "url";
        if (!mqtt.Has(Key))
        {
            mqtt.Missing(Key, $"write, for example, {Key} = \"{example}\"");
            return "";
        }
        // Before anything else looks at it: every other error shows the text.
        if (mqtt.Find(Key) is TextNode text && text.Value.Contains('@', StringComparison.Ordinal))
        {
            mqtt.Report(Key, text, "holds a user name or a password",
                "name them by `username` and `password_file`; the address is mqtt://host:port alone");
            return "";
        }
        return mqtt.Text(Key, Check) ?? "";
    }

    private static string? Check(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return "an address such as \"mqtt://127.0.0.1:1883\", with a port from 1 to 65535";
        if (uri.Scheme is not ("mqtt" or "mqtts"))
            return "an address that begins with mqtt:// or, encrypted, with mqtts://";
        if (uri.Port == 0)
            return "a port from 1 to 65535";
        return uri.PathAndQuery.Trim('/').Length > 0 || uri.Fragment.Length > 0 ? "an address with nothing after host and port" : null;
    }
}
