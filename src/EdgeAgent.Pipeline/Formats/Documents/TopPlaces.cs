using System.Text.Json;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// What a payload says outside of its rows: facts that hold for all of them, and texts that names are made of. It holds for rows that
/// come before it, too, so it is looked for first.
/// </summary>
/// <param name="top">Where what stands.</param>
/// <param name="marks">Reads it.</param>
internal sealed class TopPlaces(PathNode top, MarkReader marks)
{
    private RowFacts _facts;

    /// <summary>Reads the whole payload; gives what each row begins with.</summary>
    public RowFacts Read<TReader>(ref TReader reader, long arrivalTicks) where TReader : struct, ITokenReader, allows ref struct
    {
        _facts = RowFacts.Of(arrivalTicks);
        while (reader.Read())
            ReadValue(ref reader, top);
        return _facts;
    }

    private void ReadValue<TReader>(ref TReader reader, PathNode node) where TReader : struct, ITokenReader, allows ref struct
    {
        marks.Take(ref reader, node, ref _facts, isOfRow: false);
        if (!node.LeadsToFacts)
        {
            reader.Skip();
        }
        else if (reader.Kind == JsonTokenType.StartObject && node.HasMembers)
        {
            while (reader.Read() && reader.Kind == JsonTokenType.PropertyName)
            {
                var member = node.Member(reader.Text) ?? node.EveryMember;
                reader.Read();
                if (member is null) reader.Skip();
                else ReadValue(ref reader, member);
            }
        }
        else if (reader.Kind == JsonTokenType.StartArray && node.HasElements)
        {
            for (var index = 0; reader.Read() && reader.Kind != JsonTokenType.EndArray; index++)
            {
                if (node.Element(index) is { } element) ReadValue(ref reader, element);
                else reader.Skip();
            }
        }
        else
        {
            reader.Skip();
        }
    }
}
