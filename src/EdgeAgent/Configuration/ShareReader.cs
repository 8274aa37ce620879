using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;

namespace EdgeAgent.Configuration;

/// <summary>Reads a source's <c>share</c>.</summary>
internal static class ShareReader
{
    private const string Key = "share";

    public static void Read(TomlScope source, SourceOptions options)
    {
        if (source.Find(Key) is not { } written) return;
        var share = source.Table(Key);
        var defaults = new ShareOptions();
        options.Share = new ShareOptions
        {
            Group = share.Text("group", ConfigurationChecks.TopicPart) ?? options.Name,
            Takeover = share.Duration("takeover", defaults.Takeover, TimeSpan.Zero, TimeSpan.FromDays(1)),
            SecretFile = share.ExistingFile("secret_file"),
        };
        if (options.Mqtt.Version == MqttVersion.V311)
            source.Report(Key, written, "needs MQTT 5",
                "only there the broker tells the others, and not at once, that an agent is gone; set mqtt.version = \"5\"");
        options.Mqtt = options.Mqtt with { Version = MqttVersion.V5 };
        if (!options.PersistentSession)
            source.Report(Key, written, "needs a session that the broker keeps", "leave out mqtt.persistent = false");
        if (options.Topics.Find(t => t.StartsWith("$share/", StringComparison.Ordinal)) is { } filter)
            source.Report(Key, written, $"and the shared subscription \"{filter}\" do not go together",
                "with $share the broker deals out messages, and a device's end at any agent; name the topic without it");
    }
}
