namespace EdgeAgent.Pipeline.Connections;

/// <summary>How soon a connection is tried again.</summary>
public sealed record ReconnectOptions
{
    /// <summary>The longest pause while the other side is busy or refuses this agent.</summary>
    public TimeSpan RetryDelayLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The longest pause while the connection is merely lost. Each pause is drawn at random, so a fleet that lost one broker
    /// comes back spread over about this time. Raise it where hundreds of agents share a broker.
    /// </summary>
    public TimeSpan Spread { get; set; } = TimeSpan.FromSeconds(1.5);

    /// <exception cref="ArgumentException">A pause is not positive.</exception>
    public void Validate()
    {
        if (RetryDelayLimit <= TimeSpan.Zero) throw new ArgumentException("retry_delay_limit must be positive");
        if (Spread <= TimeSpan.Zero) throw new ArgumentException("reconnect_spread must be positive");
    }
}
