using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>Table <c>[upstream]</c>: who hears of anomalies, and how much is kept while they cannot.</summary>
public sealed record UpstreamOptions
{
    public MqttOptions Mqtt { get; set; } = new();
    /// <summary>Topic of events; <c>{site}</c>, <c>{agent}</c>, <c>{device}</c> and <c>{detector}</c> are filled in.</summary>
    public string Topic { get; set; } = "anomalies/{site}/{device}";
    /// <summary>Bytes of events that are kept at most; its files together; beyond it the oldest of the lowest severity makes room and is counted.</summary>
    public long BufferSize { get; set; } = 256L << 20;
    /// <summary>An event that could not be delivered for this long is given up and counted.</summary>
    public TimeSpan BufferKeep { get; set; } = TimeSpan.FromDays(7);
    /// <summary>The rest of the table <c>buffer</c>.</summary>
    public BufferOptions Buffer { get; set; } = new();
    /// <summary>How often the retained status is renewed, if anything has changed; zero: only when the agent comes and goes.</summary>
    public TimeSpan StatusEvery { get; set; } = TimeSpan.FromMinutes(1);
    /// <summary>Events under way to the broker at once.</summary>
    public int InFlightLimit { get; set; } = 64;
    /// <summary>Events a second that a backlog drains with at most; 0: as fast as the broker takes it.</summary>
    public double BacklogRate { get; set; }
    /// <summary>Whether the agent goes to another server when its broker sends it there.</summary>
    public bool FollowRedirects { get; set; }
    /// <summary>How long an event waits for its acknowledgement before it is written to disk, while the link is up.</summary>
    public TimeSpan GroupCommit { get; set; } = TimeSpan.FromMilliseconds(20);
    /// <summary>How long a publish may go unanswered before the link is taken for dead.</summary>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(15);
    /// <summary>The longest pause between two attempts to connect.</summary>
    public TimeSpan RetryDelayLimit { get; set; } = TimeSpan.FromSeconds(30);
}
