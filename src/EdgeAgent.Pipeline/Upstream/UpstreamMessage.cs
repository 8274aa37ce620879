namespace EdgeAgent.Pipeline.Upstream;

/// <summary>What goes upstream with QoS 1.</summary>
/// <param name="Topic">Where to.</param>
/// <param name="Payload">The bytes.</param>
internal readonly record struct UpstreamMessage(string Topic, byte[] Payload)
{
    public bool IsRetained { get; init; }
    /// <summary>MQTT 5 only; null: none.</summary>
    public string? ContentType { get; init; }
    /// <summary>What is left of its time to live, MQTT 5 only; null: it has no end.</summary>
    public uint? ExpirySeconds { get; init; }
    /// <summary>The W3C trace context, MQTT 5 only; null: none.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>What became of a publish.</summary>
/// <param name="Code">The broker's reason code.</param>
/// <param name="Reason">Its own words; null: none.</param>
/// <param name="WireBytes">What it took on the wire.</param>
internal readonly record struct PublishAnswer(byte Code, string? Reason, int WireBytes);
