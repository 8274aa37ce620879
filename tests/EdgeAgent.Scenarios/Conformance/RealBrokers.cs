namespace EdgeAgent.Scenarios.Conformance;

/// <summary>The brokers that the agent is tested with, and the versions of MQTT that each knows.</summary>
internal static class RealBrokers
{
    public const string RabbitMq = "RabbitMQ";

    /// <summary>
    /// Broker and configured version; no version where the agent must find out that MQTT 5 is not known. RabbitMQ takes ten seconds to
    /// start, and what the agent finds out is MQTT 3.1.1: one row is enough.
    /// </summary>
    public static TheoryData<string, string> WithVersions => new()
    {
        { "mosquitto", "5" }, { "mosquitto", "3.1.1" },
        { "MQTTnet.Server", "5" }, { "MQTTnet.Server", "3.1.1" },
        { "aedes", "" }, { "aedes", "3.1.1" },
        { RabbitMq, "" },
    };

    public static RealBroker New(string name) => name switch
    {
        "mosquitto" => new Mosquitto(),
        "MQTTnet.Server" => new MqttNetServer(),
        "aedes" => new Aedes(),
        RabbitMq => new RabbitMq(),
        _ => throw new ArgumentException($"no broker {name}"),
    };
}
