using EdgeAgent.Mqtt;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>How events are published to a broker; keys of the tables <c>[upstream]</c> and <c>[upstream.mqtt]</c>.</summary>
public sealed record MqttDeliveryOptions
{
    public MqttOptions Connection { get; set; } = new();
    /// <summary>How often the retained status is renewed, if anything has changed; zero: only when the agent comes and goes.</summary>
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
