using System.Globalization;
using System.Text.Json;

namespace EdgeAgent.Demo;

/// <summary>An event as a consumer reads it off the broker: what happened to which device, and why.</summary>
internal sealed record DemoEvent(string Kind, string Device, string Severity, double Score, DateTime Time, string Cause)
{
    /// <summary>Reads a CloudEvent; null for what is none of an anomaly.</summary>
    public static DemoEvent? Read(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        var type = root.GetProperty("type").GetString()!;
        if (!type.StartsWith("io.edgeagent.anomaly.", StringComparison.Ordinal)) return null;
        var data = root.GetProperty("data");
        return new DemoEvent(
            type[(type.LastIndexOf('.') + 1)..],
            data.GetProperty("device").GetString()!,
            data.GetProperty("severity").GetString()!,
            data.GetProperty("peak").GetProperty("score").GetDouble(),
            root.GetProperty("time").GetDateTime(),
            CauseOf(data));
    }

    private static string CauseOf(JsonElement data)
    {
        var channels = data.GetProperty("channels").EnumerateArray().OrderByDescending(c => c.GetProperty("share").GetDouble());
        var causes = channels.Take(2).Where(c => c.GetProperty("share").GetDouble() >= 0.15).Select(Describe);
        var rule = data.TryGetProperty("rule", out var name) ? $"{name.GetString()}: " : "";
        return rule + string.Join(", ", causes);
    }

    private static string Describe(JsonElement channel)
    {
        var unit = channel.TryGetProperty("unit", out var u) ? " " + u.GetString() : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{channel.GetProperty("name").GetString()} {channel.GetProperty("value").GetDouble():0.###}{unit} (normal {channel.GetProperty("expected").GetDouble():0.###}) {channel.GetProperty("share").GetDouble() * 100:0} %");
    }
}
