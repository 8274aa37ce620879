using System.Text.Json;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>Takes what stands at the places of a tree.</summary>
internal interface IPlaceSink
{
    /// <param name="reader">At the value; may move to its end.</param>
    /// <param name="node">What it is.</param>
    void Take<TReader>(ref TReader reader, PathNode node) where TReader : struct, ITokenReader, allows ref struct;
}

/// <summary>Walks a payload along a tree of paths, and passes over what no path leads to.</summary>
internal static class PlaceWalk
{
    /// <summary>Reads the value at the reader to its end.</summary>
    /// <param name="reader">At the value.</param>
    /// <param name="node">What it is; its tree is complete.</param>
    /// <param name="sink">Takes it.</param>
    public static void Read<TReader>(ref TReader reader, PathNode node, IPlaceSink sink)
        where TReader : struct, ITokenReader, allows ref struct
    {
        sink.Take(ref reader, node);
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
                else Read(ref reader, member, sink);
            }
        }
        else if (reader.Kind == JsonTokenType.StartArray && node.HasElements)
        {
            for (var index = 0; reader.Read() && reader.Kind != JsonTokenType.EndArray; index++)
            {
                if (node.Element(index) is { } element) Read(ref reader, element, sink);
                else reader.Skip();
            }
        }
        else
        {
            reader.Skip();
        }
    }
}
