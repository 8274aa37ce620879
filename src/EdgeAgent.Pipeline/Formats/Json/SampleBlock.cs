using System.Text.Json;

namespace EdgeAgent.Pipeline.Formats.Json;

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
    private int _used;
    private int _count;

    private readonly record struct Column(int Channel, int Start);

    /// <summary>Samples of each channel; 0: the message has no array.</summary>
    public int Rows { get; private set; }

    public void Clear() => (_used, _count, Rows) = (0, 0, 0);

    /// <summary>Takes the array that the reader stands at, to its end. An array that comes again takes the place of the first.</summary>
    /// <param name="reader">At the array's start.</param>
    /// <param name="channel">The channel's position.</param>
    /// <param name="range">Samples outside count as missing.</param>
    public DecodeFailure Read(ref Utf8JsonReader reader, int channel, (float Min, float Max) range)
    {
        var (start, depth, failure) = (_used, reader.CurrentDepth, DecodeFailure.None);
        while (reader.Read() && !(reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == depth))
        {
            if (failure != DecodeFailure.None) continue;
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetSingle(out var sample) || !float.IsFinite(sample))
                failure = DecodeFailure.BlockHoldsNoNumber;
            else if (_used - start == SampleLimit)
                failure = DecodeFailure.BlockTooLong;
            else
                Add(sample < range.Min || sample > range.Max ? float.NaN : sample);
        }
        if (failure != DecodeFailure.None) return failure;
        var length = _used - start;
        if (length == 0) return DecodeFailure.BlockEmpty;
        if (Rows > 0 && length != Rows) return DecodeFailure.BlockLengthsDiffer;
        Rows = length;
        Put(new Column(channel, start));
        return DecodeFailure.None;
    }

    /// <summary>Writes one sample of each channel to its position; other positions stay as they are.</summary>
    public void CopyRow(int row, Span<float> values)
    {
        foreach (var column in _columns.AsSpan(0, _count))
            values[column.Channel] = _samples[column.Start + row];
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
            if (_columns[i].Channel != column.Channel) continue;
            _columns[i] = column;
            return;
        }
        if (_count == _columns.Length) Array.Resize(ref _columns, 2 * _count);
        _columns[_count++] = column;
    }
}
