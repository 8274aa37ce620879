namespace EdgeAgent.Pipeline.Sources.Mqtt;

/// <summary>Table <c>share</c> of a source: its devices are shared out among the agents of a group, each device to one.</summary>
public sealed record ShareOptions
{
    /// <summary>Agents of one site that name the same group share. The source's name unless given.</summary>
    public string Group { get; set; } = "";
    /// <summary>How long an agent may be away before the others take over its devices. Until then the broker keeps its readings.</summary>
    public TimeSpan Takeover { get; set; } = TimeSpan.FromSeconds(30);
    /// <summary>
    /// File whose first line is the group's secret, the same at all its agents: only who knows it is believed to be a member. Null:
    /// whoever may write on the members' topics is.
    /// </summary>
    public string? SecretFile { get; set; }
}
