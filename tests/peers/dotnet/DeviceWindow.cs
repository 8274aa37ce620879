namespace EdgeAgent.Peers;

/// <summary>The last readings of a device.</summary>
internal sealed class DeviceWindow
{
    public const int Length = 60, Channels = 8;

    private static readonly int[] Lengths = [8, 30, 60];

    private readonly float[][] _readings = [.. Enumerable.Range(0, Length).Select(_ => new float[Channels])];
    private int _next, _count;

    public bool IsOpen { get; set; }
    public bool IsFull => _count == Length;

    /// <summary>The place of the next reading; <see cref="Advance"/> makes it part of the window.</summary>
    public float[] Next => _readings[_next];

    public void Advance()
    {
        _next = (_next + 1) % Length;
        if (_count < Length) _count++;
    }

    /// <summary>What the model wants of each channel: means of the last 8, 30 and 60 readings, spreads of the last 30 and 60.</summary>
    public void Fill(float[] features)
    {
        for (var c = 0; c < Channels; c++)
        {
            var (sum, squares, filled) = (0f, 0f, 0);
            for (var l = 0; l < Lengths.Length; l++)
            {
                for (; filled < Lengths[l]; filled++)
                {
                    var v = _readings[(_next - 1 - filled + Length) % Length][c];
                    sum += v;
                    squares += v * v;
                }
                var mean = sum / filled;
                features[l * Channels + c] = mean;
                if (l > 0) features[(l + 2) * Channels + c] = MathF.Sqrt(MathF.Max(0, squares / filled - mean * mean));
            }
        }
    }
}
