using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// Reads what stands at a marked place, in a row or outside of all. Where several places say the same, the last usable one counts.
/// Belongs to a decoder.
/// </summary>
/// <param name="source">How payloads are read.</param>
/// <param name="captured">Takes texts that names are made of.</param>
/// <param name="times">Reads times.</param>
internal sealed class MarkReader(PayloadOptions source, CapturedTexts captured, RowTimes times)
{
    private readonly QualityCheck _quality = new(source.Quality);
    private DecodeNotes _notes = null!;

    /// <summary>Reads values.</summary>
    public TokenValue Values { get; } = new(source);

    /// <summary>Begins a payload, whose readings go there.</summary>
    public void Begin(DecodedRows rows)
    {
        _notes = rows.Notes;
        Values.Clear();
    }

    /// <summary>Takes what the reader stands at.</summary>
    /// <param name="reader">Moves to the end of an array that is a value.</param>
    /// <param name="node">What it is.</param>
    /// <param name="facts">Takes it.</param>
    /// <param name="isOfRow">Whether it stands in a row; what stands outside holds for all rows.</param>
    public void Take<TReader>(ref TReader reader, PathNode node, ref RowFacts facts, bool isOfRow)
        where TReader : struct, ITokenReader, allows ref struct
    {
        if (node.Part >= 0) captured.SetPart(node.Part, TokenValue.NameText(ref reader));
        if (node.Mark == PathMark.None) return;
        if (Has(node, PathMark.Time)) TakeTime(ref reader, ref facts);
        if (Has(node, PathMark.Rate)) TakeRate(ref reader, ref facts);
        if (Has(node, PathMark.Name)) TakeName(ref reader, ref facts, isOfRow);
        if (Has(node, PathMark.Quality)) facts.IsBad |= !_quality.IsGood(ref reader, _notes);
        if (!Has(node, PathMark.Value)) return;
        var value = Values.Read(ref reader, isWanted: true);
        if (!float.IsNaN(value)) facts.Value = value;
    }

    private void TakeTime<TReader>(ref TReader reader, ref RowFacts facts) where TReader : struct, ITokenReader, allows ref struct
    {
        var time = times.Read(ref reader, facts.ArrivalTicks);
        if (time.IsUsable || !facts.Time.IsUsable) facts.Time = time;
    }

    private static void TakeRate<TReader>(ref TReader reader, ref RowFacts facts) where TReader : struct, ITokenReader, allows ref struct
    {
        // A rate that is said and cannot be read is none, whatever the source's usual one is.
        if (!TokenValue.TryNumber(ref reader, out var rate)) rate = 0;
        if (SampleClock.IsRate(rate) || float.IsNaN(facts.Rate)) facts.Rate = rate;
    }

    private void TakeName<TReader>(ref TReader reader, ref RowFacts facts, bool isOfRow) where TReader : struct,
        ITokenReader, allows ref struct
    {
        var name = TokenValue.NameText(ref reader);
        if (name.IsEmpty && facts.HasName) return;
        if (isOfRow) captured.SetName(name);
        else captured.SetNameOutside(name);
        facts.HasName = true;
    }

    private static bool Has(PathNode node, PathMark mark) => (node.Mark & mark) != 0;
}
