namespace EdgeAgent.Pipeline.Events;

/// <summary>How events are named to their receivers; keys of the table <c>[upstream]</c>.</summary>
public sealed record EventOptions
{
    /// <summary>Topic of events; <c>{site}</c>, <c>{agent}</c>, <c>{device}</c> and <c>{detector}</c> are filled in.</summary>
    public string Topic { get; set; } = "anomalies/{site}/{device}";

    /// <exception cref="ArgumentException">An event would have no topic.</exception>
    public void Validate()
    {
        if (Topic.Length == 0) throw new ArgumentException("the topic of events is empty: set upstream.mqtt.topic");
    }
}
