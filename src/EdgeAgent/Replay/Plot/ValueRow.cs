namespace EdgeAgent.Replay.Plot;

/// <summary>The smallest and the largest value of each column, so that no extreme is lost however long the recording is.</summary>
internal sealed class ValueRow : IColumnRow
{
    private readonly float[] _lows = new float[TimeColumns.Limit];
    private readonly float[] _highs = new float[TimeColumns.Limit];

    public ValueRow()
    {
        Array.Fill(_lows, float.PositiveInfinity);
        Array.Fill(_highs, float.NegativeInfinity);
    }

    /// <summary>Takes in a value; NaN is a missing one.</summary>
    public void Add(int column, float value)
    {
        if (float.IsNaN(value)) return;
        _lows[column] = Math.Min(_lows[column], value);
        _highs[column] = Math.Max(_highs[column], value);
    }

    /// <summary>The extremes of a column; false where it has no value.</summary>
    public bool TryGet(int column, out float low, out float high)
    {
        (low, high) = (_lows[column], _highs[column]);
        return low <= high;
    }

    public void Fold()
    {
        for (var i = 0; i < TimeColumns.Limit / 2; i++)
        {
            _lows[i] = Math.Min(_lows[2 * i], _lows[2 * i + 1]);
            _highs[i] = Math.Max(_highs[2 * i], _highs[2 * i + 1]);
        }
        Array.Fill(_lows, float.PositiveInfinity, TimeColumns.Limit / 2, TimeColumns.Limit / 2);
        Array.Fill(_highs, float.NegativeInfinity, TimeColumns.Limit / 2, TimeColumns.Limit / 2);
    }
}
