namespace EdgeAgent.Pipeline.Windows;

/// <summary>
/// The last readings of a device, always in one piece. Each row is written twice, a window's length apart, so that
/// no view ever wraps. One owner.
/// </summary>
internal sealed class SensorWindow(int length, int channels)
{
    private readonly float[] _rows = new float[2 * length * channels];
    private int _next;

    /// <summary>Readings held, at most the length.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count == length;

    /// <summary>The readings row by row, oldest first: <see cref="Count"/> · channels values.</summary>
    public ReadOnlySpan<float> View => _rows.AsSpan((_next + length - Count) * channels, Count * channels);

    /// <summary>Where the next reading is to be written; <see cref="Push"/> then takes it in.</summary>
    public Span<float> NextRow => _rows.AsSpan(_next * channels, channels);

    /// <summary>Takes in what was written to <see cref="NextRow"/>.</summary>
    public void Push()
    {
        NextRow.CopyTo(_rows.AsSpan((_next + length) * channels));
        _next = (_next + 1) % length;
        if (Count < length) Count++;
    }

    /// <summary>Forgets all readings.</summary>
    public void Clear()
    {
        Count = 0;
        _next = 0;
    }

    /// <summary>Rewrites each reading in place.</summary>
    public void Rewrite(Action<Span<float>> rewrite)
    {
        // Rows live twice; what was never written is rewritten too and never seen.
        for (var row = 0; row < 2 * length; row++)
            rewrite(_rows.AsSpan(row * channels, channels));
    }
}
