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
            BufferSize = buffer.Size("size", defaults.BufferSize, 64L << 10, 16L << 40),
            BufferKeep = buffer.Duration("keep", defaults.BufferKeep, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650)),
            InFlightLimit = upstream.Integer("in_flight", defaults.InFlightLimit, 1, 65_535),
            BacklogRate = upstream.Rate("backlog_rate", defaults.BacklogRate),
            FollowRedirects = upstream.Boolean("follow_redirects", defaults.FollowRedirects),
            GroupCommit = upstream.Duration("group_commit", defaults.GroupCommit, TimeSpan.Zero, TimeSpan.FromSeconds(60)),
            AckTimeout = upstream.Duration("ack_timeout", defaults.AckTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
            RetryDelayLimit = upstream.Duration("retry_delay_limit", defaults.RetryDelayLimit, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
            StatusEvery = upstream.Duration("status_every", defaults.StatusEvery, TimeSpan.Zero, TimeSpan.FromDays(1)),
        };
    }
}
