using System.Text;
using EdgeAgent.Mqtt;

namespace EdgeAgent.Pipeline.Sources.Recordings;

/// <summary>One source that recorded messages go to, as a broker would send them: by their topics.</summary>
/// <param name="options">The source; without topics it takes every message.</param>
/// <param name="intake">Decodes its messages.</param>
internal sealed class RecordedInput(SourceOptions options, RowIntake intake)
{
    private readonly byte[][] _filters = [.. options.Topics.Select(t => Encoding.UTF8.GetBytes(TopicFilter.WithoutShare(t)))];

    public SourceOptions Options => options;

    public RowIntake Intake => intake;

    public bool Matches(ReadOnlySpan<byte> topic) => _filters.Length == 0 || TopicFilter.FirstMatch(_filters, topic) >= 0;
}
