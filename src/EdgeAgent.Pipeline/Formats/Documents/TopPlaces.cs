using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// What a payload says outside of its rows: a time, and texts that names are made of. It holds for rows that come before it, too, so
/// it is looked for first.
/// </summary>
/// <param name="top">Where what stands.</param>
/// <param name="captured">Takes the texts.</param>
/// <param name="times">Reads times.</param>
internal sealed class TopPlaces(PathNode top, CapturedTexts captured, RowTimes times)
{
    private long _arrivalTicks;

    /// <summary>The message's time, if it has one.</summary>
    public RowTime Time { get; private set; }

    public void Clear() => Time = default;

    public void Read<TReader>(ref TReader reader, long arrivalTicks) where TReader : struct, ITokenReader, allows ref struct
    {
        _arrivalTicks = arrivalTicks;
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
        if ((node.Mark & PathMark.Time) != 0) Time = times.Read(ref reader, _arrivalTicks);
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
