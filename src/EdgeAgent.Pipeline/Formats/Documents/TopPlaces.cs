namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// What a payload says outside of its rows: facts that hold for all of them, and texts that names are made of. It holds for rows that
/// come before it, too, so it is looked for first.
/// </summary>
/// <param name="top">Where what stands.</param>
/// <param name="marks">Reads it.</param>
internal sealed class TopPlaces(PathNode top, MarkReader marks) : IPlaceSink
{
    private RowFacts _facts;

    /// <summary>Reads the whole payload; gives what each row begins with.</summary>
    public RowFacts Read<TReader>(ref TReader reader, long arrivalTicks) where TReader : struct, ITokenReader, allows ref struct
    {
        _facts = RowFacts.Of(arrivalTicks);
        while (reader.Read())
            PlaceWalk.Read(ref reader, top, this);
        return _facts;
    }

    void IPlaceSink.Take<TReader>(ref TReader reader, PathNode node) => marks.Take(ref reader, node, ref _facts, isOfRow: false);
}
