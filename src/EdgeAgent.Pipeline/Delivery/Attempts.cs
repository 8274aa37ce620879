namespace EdgeAgent.Pipeline.Delivery;

/// <summary>What the sender remembers of an event that was refused for now, or that ended connections.</summary>
internal sealed class Attempts
{
    /// <summary>How often the receiver refused it for now.</summary>
    public int Refusals { get; set; }
    /// <summary>When that began, by the monotonic clock; 0: it never did.</summary>
    public long RefusedSince { get; set; }
    /// <summary>Whether it is sent without what it can do without: whole, it was too large.</summary>
    public bool IsShort { get; set; }
    /// <summary>Connections that ended while it was sent alone.</summary>
    public int Failures { get; set; }
}
