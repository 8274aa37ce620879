using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Connections;
using EdgeAgent.Pipeline.Delivery;
using EdgeAgent.Pipeline.Delivery.Mqtt;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Configuration;

/// <summary>Reads the table <c>[upstream]</c>.</summary>
internal static class UpstreamReader
{
    /// <param name="root">The whole configuration.</param>
    /// <param name="agentId">The name that a hub in the cloud has for this device, unless another is given.</param>
    public static UpstreamOptions Read(TomlScope root, string agentId)
    {
        var defaults = new UpstreamOptions();
        if (!root.Has("upstream"))
        {
            root.Missing("upstream",
                "without it nobody hears of anomalies; write, for example,\n[upstream]\nmqtt = { url = \"mqtts://hub.example:8883\" }");
            return defaults;
        }
        var upstream = root.Table("upstream");
        var mqtt = upstream.Table("mqtt");
        var preset = UpstreamPreset.Apply(upstream, mqtt, agentId);
        var buffer = upstream.Table("buffer");
        var inFlight = upstream.Integer("in_flight", defaults.Delivery.InFlightLimit, 1, OutboxOptions.InFlightMost);
        return new UpstreamOptions
        {
            Preset = preset?.Name,
            PresetKeys = preset?.Set ?? [],
            Events = new EventOptions { Topic = mqtt.Text("topic", ConfigurationChecks.EventTopic) ?? defaults.Events.Topic },
            Outbox = ReadOutbox(upstream, buffer, inFlight),
            Delivery = new DeliveryOptions
            {
                InFlightLimit = inFlight,
                Reconnect = ReadReconnect(upstream),
                Mqtt = ReadMqtt(upstream, mqtt),
            },
        };
    }

    private static OutboxOptions ReadOutbox(TomlScope upstream, TomlScope buffer, int inFlight)
    {
        var options = new OutboxOptions { InFlightLimit = inFlight };
        options.Size = buffer.Size("size", options.Size, OutboxOptions.SizeLeast, 16L << 40);
        options.Reserve = buffer.Size("reserve", options.Reserve, 0, 16L << 40);
        options.Full = buffer.Choice("full", options.Full, ("drop-oldest", FullPolicy.DropOldest), ("refuse", FullPolicy.Refuse));
        options.GroupCommit = upstream.Duration("group_commit", options.GroupCommit, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        options.BacklogRate = upstream.Rate("backlog_rate", options.BacklogRate);
        if (buffer.Find("keep") is not TableNode)
        {
            options.Keep = Keep(buffer, "keep", options.Keep);
            return options;
        }
        var keep = buffer.Table("keep");
        foreach (var severity in Enum.GetValues<Severity>())
            if (keep.Has(CloudEventEncoder.SeverityName(severity)))
                options.KeepOf[severity] = Keep(keep, CloudEventEncoder.SeverityName(severity), TimeSpan.FromDays(7));
        return options;
    }

    private static ReconnectOptions ReadReconnect(TomlScope upstream)
    {
        var options = new ReconnectOptions();
        var least = TimeSpan.FromMilliseconds(100);
        options.RetryDelayLimit = upstream.Duration("retry_delay_limit", options.RetryDelayLimit, least, TimeSpan.FromDays(1));
        options.Spread = upstream.Duration("reconnect_spread", options.Spread, least, TimeSpan.FromHours(1));
        return options;
    }

    private static MqttDeliveryOptions ReadMqtt(TomlScope upstream, TomlScope mqtt)
    {
        var options = new MqttDeliveryOptions { Connection = MqttReader.Read(mqtt, "mqtts://hub.example:8883") };
        options.FollowRedirects = upstream.Boolean("follow_redirects", options.FollowRedirects);
        options.AckTimeout = upstream.Duration("ack_timeout", options.AckTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        StatusReader.Read(upstream, options);
        return options;
    }

    private static TimeSpan Keep(TomlScope table, string key, TimeSpan usual) =>
        table.Duration(key, usual, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650));
}
