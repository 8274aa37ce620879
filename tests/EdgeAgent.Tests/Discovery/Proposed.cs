using EdgeAgent.Discovery;
using EdgeAgent.Mqtt;

namespace EdgeAgent.Tests.Discovery;

/// <summary>Shows proposals as texts.</summary>
internal static class Proposed
{
    public static SourceProposal Only(this Heard heard) => Assert.Single(heard.Propose().Sources);

    /// <summary>How payloads are read, without white space that only serves the reader.</summary>
    public static string Lines(this SourceProposal source) =>
        string.Join("; ", source.Trial.Plan.Lines.Select(l => $"{l.Key}={l.Value.Trim('"').Replace("\n", "").Replace("    ", " ")}"));

    /// <summary>The configuration, which the agent's own reader must accept.</summary>
    public static string Text(this SourceProposal source)
    {
        var settings = new DraftSettings("plant-a", new MqttOptions { Url = "mqtt://127.0.0.1:1883" }, null, "/models", "state", "5 messages");
        var text = new ConfigurationDraft(settings, [source]).Write();
        Assert.Empty(ConfigurationDraft.Errors(text, "/"));
        return text;
    }
}
