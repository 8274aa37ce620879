using System.Buffers;
using System.Reflection;
using System.Text.Json;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>The retained record that says whether this agent is there.</summary>
internal static class AgentStatus
{
    public static string Version { get; } =
        typeof(AgentStatus).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static byte[] Online(AgentOptions agent) => Write(agent, "online");

    public static byte[] Offline(AgentOptions agent) => Write(agent, "offline");

    private static byte[] Write(AgentOptions agent, string state)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("status", state);
        json.WriteString("site", agent.Site);
        json.WriteString("agent", agent.Id);
        json.WriteString("version", Version);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
