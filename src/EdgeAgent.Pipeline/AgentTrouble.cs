namespace EdgeAgent.Pipeline;

/// <summary>Something that is wrong around the agent: what is so, and what helps.</summary>
/// <param name="Text">What is so, with its count and reason.</param>
/// <param name="Remedy">What to do; null: the text says it, or there is nothing to do.</param>
internal sealed record AgentTrouble(string Text, string? Remedy = null)
{
    /// <summary>Both in a line.</summary>
    public override string ToString() => Remedy is null ? Text : $"{Text}; {Remedy}";
}
