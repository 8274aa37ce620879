using EdgeAgent.Mqtt;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>How events are published to a broker; keys of the tables <c>[upstream]</c> and <c>[upstream.mqtt]</c>.</summary>
public sealed record MqttDeliveryOptions
{
    /// <summary>Where the agent says all three unless it is told otherwise.</summary>
    public const string UsualStatus = "edgeagent/{site}/{agent}/status";

    public MqttOptions Connection { get; set; } = new();
    /// <summary>Where the agent says how it does; <c>{site}</c> and <c>{agent}</c> are filled in. Null: nowhere.</summary>
    public string? Status { get; set; } = UsualStatus;
    /// <summary>Where it says that it has connected. Null: nowhere.</summary>
    public string? Birth { get; set; } = UsualStatus;
    /// <summary>Where the broker says that it is gone. Null: nowhere.</summary>
    public string? Will { get; set; } = UsualStatus;
    /// <summary>Whether the broker keeps these three for subscribers to come.</summary>
    public bool StatusRetain { get; set; } = true;
    /// <summary>How often the status is renewed, if anything has changed; zero: only when the agent comes and goes.</summary>
    public TimeSpan StatusEvery { get; set; } = TimeSpan.FromMinutes(1);
    /// <summary>Whether the agent goes to another server when its broker sends it there.</summary>
    public bool FollowRedirects { get; set; }
    /// <summary>How long a publish may go unanswered before the connection counts as dead.</summary>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        if (AckTimeout <= TimeSpan.Zero) throw new ArgumentException("upstream.ack_timeout must be positive");
        if (StatusEvery < TimeSpan.Zero) throw new ArgumentException("upstream.status_every must not be negative");
    }
}
