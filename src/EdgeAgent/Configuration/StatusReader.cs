using EdgeAgent.Pipeline.Delivery.Mqtt;

namespace EdgeAgent.Configuration;

/// <summary>Reads where the agent says that it is there: <c>status</c>, <c>birth</c>, <c>will</c> and how, of <c>[upstream]</c>.</summary>
internal static class StatusReader
{
    public static void Read(TomlScope upstream, MqttDeliveryOptions options)
    {
        options.Status = Topic(upstream, "status", MqttDeliveryOptions.UsualStatus, MqttDeliveryOptions.UsualStatus);
        var ifTrue = options.Status ?? MqttDeliveryOptions.UsualStatus;
        options.Birth = Topic(upstream, "birth", options.Status, ifTrue);
        options.Will = Topic(upstream, "will", options.Status, ifTrue);
        options.StatusRetain = upstream.Boolean("status_retain", options.StatusRetain);
        options.StatusEvery = upstream.Duration("status_every", options.StatusEvery, TimeSpan.Zero, TimeSpan.FromDays(1));
    }

    /// <param name="upstream">The table.</param>
    /// <param name="key">The key.</param>
    /// <param name="usual">What holds where it is absent.</param>
    /// <param name="ifTrue">The topic that <c>true</c> stands for.</param>
    /// <returns>Null: it is off.</returns>
    private static string? Topic(TomlScope upstream, string key, string? usual, string ifTrue)
    {
        switch (upstream.Find(key))
        {
            case null:
                return usual;
            case BooleanNode boolean:
                return boolean.Value ? ifTrue : null;
            case TextNode { FromEnvironment: true } text when bool.TryParse(text.Value, out var isOn):
                return isOn ? ifTrue : null;
            case TextNode text when text.Value.Length > 0:
                if (ConfigurationChecks.StatusTopic(text.Value) is not { } expected) return text.Value;
                upstream.Wrong(key, text, expected);
                return usual;
            case { } other:
                upstream.Wrong(key, other, "a topic in quotes, or true or false");
                return usual;
        }
    }
}
