using System.Buffers;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>Writes the retained record that says whether this agent is there, and its counters. Below 1 KB.</summary>
internal static class AgentStatus
{
    private const int TroubleBytesLimit = 160;

    public static string Version { get; } =
        typeof(AgentStatus).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static byte[] Online(AgentIdentity identity, DateTimeOffset time, AgentFigures figures) =>
        Write(identity, "online", time, figures);

    public static byte[] Offline(AgentIdentity identity, DateTimeOffset time, AgentFigures figures) =>
        Write(identity, "offline", time, figures);

    /// <summary>The last will: written when the connection is made, so it knows neither the time nor the counters of the end.</summary>
    public static byte[] Will(AgentIdentity identity) => Write(identity, "offline", time: null, figures: null);

    private static byte[] Write(AgentIdentity identity, string state, DateTimeOffset? time, AgentFigures? figures)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("status", state);
        json.WriteString("site", identity.Site);
        json.WriteString("agent", identity.Agent);
        json.WriteString("version", Version);
        if (time is { } now) json.WriteString("time", now.UtcDateTime);
        if (figures is { } known) WriteFigures(json, known);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The text, cut so that it takes no more room than it may.</summary>
    private static JsonEncodedText Cut(string text)
    {
        for (var end = Math.Min(text.Length, TroubleBytesLimit); ; end--)
        {
            if (end > 0 && char.IsHighSurrogate(text[end - 1])) continue;
            var encoded = JsonEncodedText.Encode(text[..end], JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
            if (encoded.EncodedUtf8Bytes.Length <= TroubleBytesLimit) return encoded;
        }
    }

    private static void WriteFigures(Utf8JsonWriter json, in AgentFigures figures)
    {
        var ledger = figures.Ledger;
        json.WriteNumber("sources", figures.Sources);
        json.WriteNumber("sourcesConnected", figures.SourcesConnected);
        json.WriteNumber("devices", figures.Devices);
        json.WriteNumber("openAnomalies", figures.OpenAnomalies);
        json.WriteNumber("received", ledger.Received);
        json.WriteNumber("windowed", ledger.Windowed);
        json.WriteNumber("filtered", ledger.Filtered);
        json.WriteNumber("deadLettered", ledger.DeadLettered);
        json.WriteNumber("shed", ledger.Shed);
        json.WriteNumber("inFlight", ledger.InFlight);
        json.WriteNumber("events", ledger.Events);
        json.WriteNumber("delivered", ledger.Delivered);
        json.WriteNumber("owed", ledger.Owed);
        json.WriteNumber("dropped", ledger.Dropped);
        json.WriteNumber("troubles", figures.Troubles);
        if (figures.Trouble is { } trouble) json.WriteString("trouble", Cut(trouble));
    }
}
