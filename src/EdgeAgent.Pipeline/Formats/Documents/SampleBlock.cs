using System.Text.Json;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// The arrays of numbers in one message: many samples a channel, taken at an even rate. Belongs to a decoder; its memory
/// grows to the largest message and is used again.
/// </summary>
internal sealed class SampleBlock
{
    /// <summary>Samples that one channel may bring in a message.</summary>
    public const int SampleLimit = 65_536;

    private float[] _samples = new float[1024];
    private Column[] _columns = new Column[4];
    private float[] _template = new float[64];
    private int _used;
    private int _count;

    private readonly record struct Column(int Slot, int Position, int Start);

    /// <summary>Samples of each channel; 0: the message has no array.</summary>
    public int Rows { get; private set; }

    public void Clear() => (_used, _count, Rows) = (0, 0, 0);

    /// <summary>
    /// Takes the array that the reader stands at, to its end. An array that comes again takes the place of the first. A null is a
    /// missing sample.
    /// </summary>
    /// <param name="reader">At the array's start.</param>
    /// <param name="slot">Of the channel.</param>
    /// <param name="channel">Its place and conversion.</param>
    public DecodeFailure Read<TReader>(ref TReader reader, int slot, in ChannelSlot channel)
        where TReader : struct, ITokenReader, allows ref struct
    {
        var (start, failure) = (_used, DecodeFailure.None);
        while (reader.Read() && reader.Kind != JsonTokenType.EndArray)
        {
            if (failure == DecodeFailure.None) failure = Take(ref reader, start, channel);
            reader.Skip();
        }
        if (failure != DecodeFailure.None) return failure;
        var length = _used - start;
        if (length == 0) return DecodeFailure.BlockEmpty;
        if (Rows > 0 && length != Rows) return DecodeFailure.BlockLengthsDiffer;
        Rows = length;
        Put(new Column(slot, channel.Position, start));
        return DecodeFailure.None;
    }

    private DecodeFailure Take<TReader>(ref TReader reader, int start, in ChannelSlot channel)
        where TReader : struct, ITokenReader, allows ref struct
    {
        var sample = float.NaN;
        if (reader.Kind != JsonTokenType.Null
            && !(reader.Kind == JsonTokenType.Number && reader.TryGetSingle(out sample) && float.IsFinite(sample)))
            return DecodeFailure.BlockHoldsNoNumber;
        if (_used - start == SampleLimit) return DecodeFailure.BlockTooLong;
        Add(channel.Convert(sample));
        return DecodeFailure.None;
    }

    /// <summary>Writes one sample of each channel to its position; other positions stay as they are.</summary>
    public void CopyRow(int row, Span<float> values)
    {
        foreach (var column in _columns.AsSpan(0, _count))
            values[column.Position] = _samples[column.Start + row];
    }

    /// <summary>A copy of a row's values, for <see cref="CopyRow"/>.</summary>
    public Span<float> Template(ReadOnlySpan<float> values)
    {
        if (_template.Length < values.Length) _template = new float[values.Length];
        values.CopyTo(_template);
        return _template.AsSpan(0, values.Length);
    }

    private void Add(float sample)
    {
        if (_used == _samples.Length) Array.Resize(ref _samples, 2 * _used);
        _samples[_used++] = sample;
    }

    private void Put(Column column)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_columns[i].Slot != column.Slot) continue;
            _columns[i] = column;
            return;
        }
        if (_count == _columns.Length) Array.Resize(ref _columns, 2 * _count);
        _columns[_count++] = column;
    }
}
