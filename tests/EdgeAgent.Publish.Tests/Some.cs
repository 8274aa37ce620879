namespace EdgeAgent.Publish.Tests;

/// <summary>Material for tests.</summary>
internal static class Some
{
    /// <summary>A plant of pumps on the broker at <paramref name="port"/>, which is the hub too.</summary>
    public static string Configuration(string model, int port) => $$"""
        [agent]
        site = "test"
        id = "gateway"
        state = "state"
        runtime = "runtime"

        [sources.pumps]
        mqtt = { url = "mqtt://127.0.0.1:{{port}}", topics = ["plant/+/telemetry"] }
        device = "topic[1]"
        time = "ts"
        channels = "values.*"

        [detectors.pump-health]
        source = "pumps"
        model = "{{model}}"

        [upstream]
        mqtt = { url = "mqtt://127.0.0.1:{{port}}", topic = "anomalies/{site}/{device}" }
        """;
}
