namespace EdgeAgent.Modeling.Quantization;

/// <summary>What a manifest's <c>zero</c> and <c>one</c> may be, by replaying recordings as devices.</summary>
internal sealed record ScaleProposal
{
    public float Zero { get; set; }
    public float One { get; set; }
    /// <summary>Readings that were judged to find them.</summary>
    public int Readings { get; set; }
    /// <summary>Share of these that would be flagged.</summary>
    public double Flagged { get; set; }
}
