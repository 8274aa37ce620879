using EdgeAgent.Cli;
using EdgeAgent.Configuration;
using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Connections;
using EdgeAgent.Pipeline.Delivery.Mqtt;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Doctor;

/// <summary>The brokers, tried one by one: those of the sources, and upstream.</summary>
internal static class LinkFindings
{
    private static readonly TimeSpan CertificateNotice = TimeSpan.FromDays(30);

    public static async Task<IReadOnlyList<Finding>> CheckAsync(AgentOptions options, CancellationToken cancel)
    {
        var findings = new List<Finding>();
        foreach (var source in options.Sources)
        {
            if (source.Share?.SecretFile is { } secret && IsOpenToAll(secret))
                findings.Add(
                    Finding.Warning($"source {source.Name}", $"everybody on this machine can read {secret}", $"chmod o-r {secret}"));
            await TryAsync($"source {source.Name}", $"sources.{source.Name}.mqtt", source.Mqtt, $"edgeagent-{options.Id}-{source.Name}",
                source.Topics, upstream: null, findings, cancel).ConfigureAwait(false);
        }
        if (options.Upstream.Preset is { } preset)
            findings.Add(Finding.Fine("upstream", $"not tried: {preset} knows this agent by one client id, \"{options.Upstream.Mqtt.ClientId}\", "
                + "and a second connection under it would end the agent's; edgeagent status tells of that one"));
        else if (options.Upstream.Mqtt.Url.Length > 0)
            await TryAsync("upstream", "upstream.mqtt", options.Upstream.Mqtt,
                MqttDelivery.ClientId(new AgentIdentity(options.Site, options.Id), options.Upstream.Mqtt),
                [options.Upstream.Events.Topic.Replace("{site}", options.Site).Replace("{agent}", options.Id)],
                options.Upstream.Delivery.Mqtt, findings, cancel).ConfigureAwait(false);
        return findings;
    }

    private static async Task TryAsync(
        string area, string key, MqttOptions mqtt, string usualId, IReadOnlyList<string> topics, MqttDeliveryOptions? upstream,
        List<Finding> findings, CancellationToken cancel)
    {
        var clientId = $"{(mqtt.ClientId.Length > 0 ? mqtt.ClientId : usualId)}-doctor";
        try
        {
            var answer = await BrokerProbe.AskAsync(mqtt, clientId, cancel).ConfigureAwait(false);
            findings.Add(Finding.Fine(area, $"{mqtt.Url} accepts our connection (MQTT {Name(answer.Version)}{(answer.Tls is { } tls ? $", {tls}" : "")})"));
            findings.AddRange(Remarks(area, mqtt, answer, upstream));
            if (answer.ClosesOnVersion5) findings.Add(Dots(area, topics));
            if (upstream is null && CopiesAreAlike(answer) && TopicFilter.AnyOverlap(TopicFilter.WithoutCovered(topics)))
                findings.Add(Finding.Warning(area, "some topics match the same messages, and this broker may send a copy for each of them",
                    "use topics that do not overlap"));
        }
        catch (MqttException e)
        {
            var (said, remedy) = Split(e.Message);
            findings.Add(Finding.Bad(area, Words.Printable($"{mqtt.Url}: {said}"), Words.Printable(remedy ?? Usual(e, key))));
        }
        if (mqtt.PasswordFile is { } secret && IsOpenToAll(secret))
            findings.Add(Finding.Warning(area, $"everybody on this machine can read {secret}", $"chmod o-r {secret}"));
        if (mqtt.KeyFile is { } own && IsOpenToAll(own))
            findings.Add(Finding.Warning(area, $"everybody on this machine can read {own}", $"chmod o-r {own}"));
    }

    private static IEnumerable<Finding> Remarks(string area, MqttOptions mqtt, BrokerAnswer answer, MqttDeliveryOptions? upstream)
    {
        if (answer.CertificateUntil is { } until && until - DateTime.UtcNow < CertificateNotice)
            yield return Finding.Warning(area, $"its certificate ends at {until:yyyy-MM-dd HH:mm} UTC", "have it renewed before");
        if (mqtt.Url.StartsWith("mqtt:", StringComparison.Ordinal) && mqtt.PasswordFile is not null && !new Uri(mqtt.Url).IsLoopback)
            yield return Finding.Warning(area, "the password goes over the network in the clear", "use mqtts");
        if (upstream is not null && answer.Server.MaximumQos == 0)
            yield return Finding.Bad(area, "the broker takes QoS 0 only, so no delivery could be confirmed", "allow QoS 1 there");
        if (upstream is { StatusRetain: true, Status: not null } && !answer.Server.HasRetain)
            yield return Finding.Warning(
                area, "the broker keeps no retained messages, so nobody learns of this agent's status later", "allow them there");
    }

    /// <summary>Without subscription identifiers a second copy of a message looks like a second message.</summary>
    private static bool CopiesAreAlike(BrokerAnswer answer) =>
        answer.Version == MqttVersion.V311 || !answer.Server.HasSubscriptionIdentifiers;

    /// <summary>RabbitMQ 3.10 closes on MQTT 5 without an answer; no other broker known to us does.</summary>
    private static Finding Dots(string area, IReadOnlyList<string> topics)
    {
        const string What = "it closes on MQTT 5 as RabbitMQ 3.10 does, which turns the dots of a topic into levels";
        return topics.FirstOrDefault(t => t.Contains('.')) is { } topic
            ? Finding.Warning(
                area, Words.Printable($"{What}, and \"{topic}\" has some"), "use no dots in topics, site, id and names of devices")
            : Finding.Fine(area, $"{What}: names of devices must have none");
    }

    private static string Name(MqttVersion version) => version == MqttVersion.V5 ? "5" : "3.1.1";

    /// <summary>Many messages say what helps, behind a colon.</summary>
    private static (string Said, string? Remedy) Split(string message)
    {
        foreach (var lead in new[] { ": set ", ": see ", ": allow ", ": use ",
            ": renew ", ": ask ", ": check ", ": every ", ": is ", ": does " })
            if (message.LastIndexOf(lead, StringComparison.Ordinal) is var at and > 0) return (message[..at], message[(at + 2)..]);
        return (message, null);
    }

    private static string Usual(MqttException e, string key) =>
        e.Message.StartsWith("connection refused", StringComparison.Ordinal) ? $"start the broker, or set {key}.url to where it is"
        : e.Fault == MqttFault.Busy ? "the agent tries again; ask who runs the broker if it stays so"
        : $"see {key} and the broker's log";

    private static bool IsOpenToAll(string path)
    {
        try
        {
            return !OperatingSystem.IsWindows() && File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
