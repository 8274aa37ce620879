using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// What a payload says outside of its rows: a time, and texts that names are made of. It holds for rows that come before it, too, so
/// it is looked for first.
/// </summary>
/// <param name="top">Where what stands.</param>
/// <param name="captured">Takes the texts.</param>
internal sealed class TopPlaces(PathNode top, CapturedTexts captured)
{
    private bool _hasTime;
    private long _ticks;

    public bool HasTime => _hasTime;

    /// <summary>Event time in UTC ticks, if there is one.</summary>
    public long Ticks => _ticks;

    public void Clear() => (_hasTime, _ticks) = (false, 0);

    public void Read<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct
    {
        while (reader.Read())
            ReadValue(ref reader, top);
    }

    private void ReadValue<TReader>(ref TReader reader, PathNode node) where TReader : struct, ITokenReader, allows ref struct
    {
        if (node.Row is not null)
        {
            reader.Skip();
            return;
        }
        if (node.Part >= 0) captured.SetPart(node.Part, TokenValue.NameText(ref reader));
        if ((node.Mark & PathMark.Time) != 0) _hasTime = TokenTime.TryRead(ref reader, ref _ticks);
        if (reader.Kind != JsonTokenType.StartObject || !node.HasMembers)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.Kind == JsonTokenType.PropertyName)
        {
            var member = node.Member(reader.Text);
            reader.Read();
            if (member is null) reader.Skip();
            else ReadValue(ref reader, member);
        }
    }
}
