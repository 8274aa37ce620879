using System.Runtime.InteropServices;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>
/// Running mean and sum of squares of each channel over some readings. The numbers lie in an array, which many blocks may share: a device
/// has some twenty. One owner at a time.
/// </summary>
/// <remarks>
/// Readings are added by B. P. Welford's method, blocks merged by that of T. Chan, G. Golub and R. LeVeque, "Updating
/// formulae and a pairwise algorithm for computing sample variances" (1979), both in double precision.
/// </remarks>
public readonly struct ChannelBlock
{
    // Far beyond any block, and far below where counting would overflow.
    private const int ReadingsLimit = 1 << 28;

    /// <summary>How many readings, then each channel's mean, then each channel's squares.</summary>
    private readonly double[] _numbers;
    private readonly int _at;
    private readonly int _channels;

    /// <summary>A block of its own.</summary>
    public ChannelBlock(int channels) : this(new double[NumbersOf(channels)], 0, channels)
    {
    }

    /// <summary>A block among others.</summary>
    /// <param name="numbers">Where it lies.</param>
    /// <param name="place">Which of the blocks there it is.</param>
    /// <param name="channels">Channels of a reading.</param>
    internal ChannelBlock(double[] numbers, int place, int channels) =>
        (_numbers, _at, _channels) = (numbers, place * NumbersOf(channels), channels);

    /// <summary>Numbers that a block of so many channels takes.</summary>
    internal static int NumbersOf(int channels) => 1 + 2 * channels;

    /// <summary>Readings in it.</summary>
    public int Count => (int)_numbers[_at];

    private Span<double> Means => _numbers.AsSpan(_at + 1, _channels);
    private Span<double> AllSquares => _numbers.AsSpan(_at + 1 + _channels, _channels);

    /// <summary>Mean of a channel.</summary>
    public double Mean(int channel) => Means[channel];

    /// <summary>Population standard deviation.</summary>
    public double Spread(int channel) => Count == 0 ? 0 : Math.Sqrt(AllSquares[channel] / Count);

    /// <summary>Sum of the squared distances from the mean.</summary>
    internal double Squares(int channel) => AllSquares[channel];

    /// <summary>Adds a reading, one value a channel.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        var mean = Means;
        var squares = AllSquares;
        var count = Count + 1;
        _numbers[_at] = count;
        for (var c = 0; c < mean.Length; c++)
        {
            var difference = values[c] - mean[c];
            mean[c] += difference / count;
            squares[c] += difference * (values[c] - mean[c]);
        }
    }

    /// <summary>Adds all readings of another block.</summary>
    public void Merge(ChannelBlock other)
    {
        if (other.Count == 0) return;
        var mean = Means;
        var squares = AllSquares;
        var count = Count;
        double total = count + other.Count;
        for (var c = 0; c < mean.Length; c++)
        {
            var difference = other.Mean(c) - mean[c];
            mean[c] += difference * (other.Count / total);
            squares[c] += other.Squares(c) + difference * difference * (count * (other.Count / total));
        }
        _numbers[_at] = total;
    }

    /// <summary>Where it holds more readings than that, it counts as if it held that many, alike in mean and spread.</summary>
    public void Fade(int limit)
    {
        if (Count <= limit) return;
        foreach (ref var squares in AllSquares)
            squares *= (double)limit / Count;
        _numbers[_at] = limit;
    }

    /// <summary>The readings lie where others do now, as far from each other as before, or as those are where that is farther.</summary>
    public void MoveTo(ChannelBlock other)
    {
        other.Means.CopyTo(Means);
        var squares = AllSquares;
        for (var c = 0; c < squares.Length; c++)
            squares[c] = Math.Max(squares[c], other.Squares(c) * Count / Math.Max(1, other.Count));
    }

    /// <summary>Forgets all readings.</summary>
    public void Clear() => _numbers.AsSpan(_at, NumbersOf(_channels)).Clear();

    /// <summary>Whether the numbers can be those of readings: what was loaded from a file may be anything.</summary>
    public bool IsPossible
    {
        get
        {
            var mean = Means;
            var squares = AllSquares;
            for (var c = 0; c < mean.Length; c++)
                // Readings are floats, so mean and spread fit one: a larger number becomes infinite in a calibration.
                if (!float.IsFinite((float)mean[c]) || !(squares[c] >= 0) || !float.IsFinite((float)Spread(c))
                    || (Count == 0 && (mean[c] != 0 || squares[c] != 0)))
                    return false;
            return Count <= ReadingsLimit;
        }
    }

    /// <summary>Bytes of a block of so many channels as <see cref="Save"/> writes it.</summary>
    public static int SavedBytes(int channels) => sizeof(long) + 2 * sizeof(double) * channels;

    /// <summary>Writes it so that <see cref="Load"/> has the same numbers, and gives what is left of the room.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        MemoryMarshal.Write(room, (long)Count);
        MemoryMarshal.AsBytes(_numbers.AsSpan(_at + 1, 2 * _channels)).CopyTo(room[sizeof(long)..]);
        return room[SavedBytes(_channels)..];
    }

    /// <summary>Takes back what was saved, and gives what is left of it.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved)
    {
        _numbers[_at] = Math.Clamp(MemoryMarshal.Read<long>(saved), 0, int.MaxValue);
        saved[sizeof(long)..SavedBytes(_channels)].CopyTo(MemoryMarshal.AsBytes(_numbers.AsSpan(_at + 1, 2 * _channels)));
        return saved[SavedBytes(_channels)..];
    }
}
