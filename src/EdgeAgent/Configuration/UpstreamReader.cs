using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Upstream;

namespace EdgeAgent.Configuration;

/// <summary>Reads the table <c>[upstream]</c>.</summary>
internal static class UpstreamReader
{
    public static UpstreamOptions Read(TomlScope root)
    {
        var defaults = new UpstreamOptions();
        if (!root.Has("upstream"))
        {
            root.Missing("upstream", "without it nobody hears of anomalies; write, for example,\n[upstream]\nmqtt = { url = \"mqtts://hub.example:8883\" }");
            return defaults;
        }
        var upstream = root.Table("upstream");
        var mqtt = upstream.Table("mqtt");
        var buffer = upstream.Table("buffer");
        return new UpstreamOptions
        {
            Mqtt = MqttReader.Read(mqtt, "mqtts://hub.example:8883"),
            Topic = mqtt.Text("topic", ConfigurationChecks.EventTopic) ?? defaults.Topic,
            BufferSize = buffer.Size("size", defaults.BufferSize, 1L << 20, 16L << 40),
            BufferKeep = buffer.Find("keep") is TableNode ? defaults.BufferKeep : Keep(buffer, "keep", defaults.BufferKeep),
            Buffer = ReadBuffer(buffer),
            InFlightLimit = upstream.Integer("in_flight", defaults.InFlightLimit, 1, 65_535),
            BacklogRate = upstream.Rate("backlog_rate", defaults.BacklogRate),
            FollowRedirects = upstream.Boolean("follow_redirects", defaults.FollowRedirects),
            GroupCommit = upstream.Duration("group_commit", defaults.GroupCommit, TimeSpan.Zero, TimeSpan.FromSeconds(60)),
            AckTimeout = upstream.Duration("ack_timeout", defaults.AckTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
            RetryDelayLimit = upstream.Duration("retry_delay_limit", defaults.RetryDelayLimit, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
            StatusEvery = upstream.Duration("status_every", defaults.StatusEvery, TimeSpan.Zero, TimeSpan.FromDays(1)),
        };
    }

    private static BufferOptions ReadBuffer(TomlScope buffer)
    {
        var options = new BufferOptions();
        options.Reserve = buffer.Size("reserve", options.Reserve, 0, 16L << 40);
        options.Full = buffer.Choice("full", options.Full, ("drop-oldest", FullPolicy.DropOldest), ("refuse", FullPolicy.Refuse));
        if (buffer.Find("keep") is not TableNode) return options;
        var keep = buffer.Table("keep");
        foreach (var severity in Enum.GetValues<Severity>())
            if (keep.Has(CloudEventEncoder.SeverityName(severity)))
                options.KeepOf[severity] = Keep(keep, CloudEventEncoder.SeverityName(severity), TimeSpan.FromDays(7));
        return options;
    }

    private static TimeSpan Keep(TomlScope table, string key, TimeSpan usual) =>
        table.Duration(key, usual, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650));
}
