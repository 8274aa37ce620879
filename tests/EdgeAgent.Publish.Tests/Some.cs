using System.Globalization;

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

    /// <summary>The readings of a CSV recording as the payloads of a sensor gateway, one JSON object a line.</summary>
    public static IEnumerable<string> Payloads(string recording)
    {
        var lines = File.ReadLines(recording).Select(l => l.Split(';')).ToList();
        var channels = lines[0].Length - 3; // The time stands before them, two labels behind.
        foreach (var cells in lines.Skip(1))
        {
            var values = Enumerable.Range(1, channels)
                .Select(c => string.Create(CultureInfo.InvariantCulture, $"\"{lines[0][c]}\":{double.Parse(cells[c], CultureInfo.InvariantCulture):R}"));
            yield return "{\"ts\":\"" + cells[0] + "\",\"values\":{" + string.Join(",", values) + "}}";
        }
    }
}
