using System.Text;
using EdgeAgent.Mqtt;

namespace EdgeAgent.Pipeline.Sources;

/// <summary>The topics that a source's filters stand for; for any thread.</summary>
/// <param name="filters">As configured, those of shared subscriptions too; none: every topic.</param>
internal sealed class SourceTopics(IReadOnlyList<string> filters)
{
    private readonly byte[][] _filters = [.. filters.Select(f => Encoding.UTF8.GetBytes(TopicFilter.WithoutShare(f)))];

    /// <summary>Whether a topic is among them.</summary>
    public bool Matches(ReadOnlySpan<byte> topic) => _filters.Length == 0 || TopicFilter.FirstMatch(_filters, topic) >= 0;
}
