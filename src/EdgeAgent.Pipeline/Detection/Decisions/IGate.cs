namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>Something in the plant that says whether a detector or a rule applies just now. For any thread.</summary>
internal interface IGate
{
    bool IsOpen { get; }
}
