using System.Buffers;
using System.Reflection;
using System.Text.Json;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>The retained record that says whether this agent is there, and its books when it last spoke. Below 1 KB.</summary>
internal static class AgentStatus
{
    public static string Version { get; } =
        typeof(AgentStatus).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static byte[] Online(AgentOptions agent, DateTimeOffset time, AgentFigures figures) => Write(agent, "online", time, figures);

    public static byte[] Offline(AgentOptions agent, DateTimeOffset time, AgentFigures figures) => Write(agent, "offline", time, figures);

    /// <summary>The last will: written when the connection is made, so it knows neither the time nor the books of the end.</summary>
    public static byte[] Will(AgentOptions agent) => Write(agent, "offline", time: null, figures: null);

    private static byte[] Write(AgentOptions agent, string state, DateTimeOffset? time, AgentFigures? figures)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("status", state);
        json.WriteString("site", agent.Site);
        json.WriteString("agent", agent.Id);
        json.WriteString("version", Version);
        if (time is { } now) json.WriteString("time", now.UtcDateTime);
        if (figures is { } known) WriteFigures(json, known);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteFigures(Utf8JsonWriter json, in AgentFigures figures)
    {
        var books = figures.Books;
        json.WriteNumber("sources", figures.Sources);
        json.WriteNumber("sourcesConnected", figures.SourcesConnected);
        json.WriteNumber("devices", figures.Devices);
        json.WriteNumber("openAnomalies", figures.OpenAnomalies);
        json.WriteNumber("received", books.Received);
        json.WriteNumber("windowed", books.Windowed);
        json.WriteNumber("filtered", books.Filtered);
        json.WriteNumber("deadLettered", books.DeadLettered);
        json.WriteNumber("shed", books.Shed);
        json.WriteNumber("inFlight", books.InFlight);
        json.WriteNumber("events", books.Events);
        json.WriteNumber("delivered", books.Delivered);
        json.WriteNumber("owed", books.Owed);
        json.WriteNumber("dropped", books.Dropped);
    }
}
