using System.Runtime.InteropServices;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>Running mean and sum of squares of each channel over some readings. One owner at a time.</summary>
/// <remarks>
/// Readings are added by B. P. Welford's method, blocks merged by that of T. Chan, G. Golub and R. LeVeque, "Updating
/// formulae and a pairwise algorithm for computing sample variances" (1979), both in double precision.
/// </remarks>
public sealed class ChannelBlock(int channels)
{
    // Far beyond any block, and far below where counting would overflow.
    private const int ReadingsLimit = 1 << 28;

    private readonly double[] _mean = new double[channels];
    private readonly double[] _squares = new double[channels];

    /// <summary>Readings in it.</summary>
    public int Count { get; private set; }

    public double Mean(int channel) => _mean[channel];

    /// <summary>Population standard deviation.</summary>
    public double Spread(int channel) => Count == 0 ? 0 : Math.Sqrt(_squares[channel] / Count);

    /// <summary>Sum of the squared distances from the mean.</summary>
    internal double Squares(int channel) => _squares[channel];

    public void Add(ReadOnlySpan<float> values)
    {
        Count++;
        for (var c = 0; c < _mean.Length; c++)
        {
            var difference = values[c] - _mean[c];
            _mean[c] += difference / Count;
            _squares[c] += difference * (values[c] - _mean[c]);
        }
    }

    /// <summary>Adds all readings of another block.</summary>
    public void Merge(ChannelBlock other)
    {
        if (other.Count == 0) return;
        double total = Count + other.Count;
        for (var c = 0; c < _mean.Length; c++)
        {
            var difference = other._mean[c] - _mean[c];
            _mean[c] += difference * (other.Count / total);
            _squares[c] += other._squares[c] + difference * difference * (Count * (other.Count / total));
        }
        Count += other.Count;
    }

    public void Clear()
    {
        Count = 0;
        Array.Clear(_mean);
        Array.Clear(_squares);
    }

    /// <summary>Whether the numbers can be those of readings: what was loaded from a file may be anything.</summary>
    public bool IsPossible
    {
        get
        {
            for (var c = 0; c < _mean.Length; c++)
                // Readings are floats, so mean and spread fit one: a larger number becomes infinite in a calibration.
                if (!float.IsFinite((float)_mean[c]) || !(_squares[c] >= 0) || !float.IsFinite((float)Spread(c))
                    || (Count == 0 && (_mean[c] != 0 || _squares[c] != 0)))
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
        MemoryMarshal.AsBytes(_mean.AsSpan()).CopyTo(room[sizeof(long)..]);
        MemoryMarshal.AsBytes(_squares.AsSpan()).CopyTo(room[(sizeof(long) + sizeof(double) * _mean.Length)..]);
        return room[SavedBytes(_mean.Length)..];
    }

    /// <summary>Takes back what was saved, and gives what is left of it.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved)
    {
        Count = (int)Math.Clamp(MemoryMarshal.Read<long>(saved), 0, int.MaxValue);
        saved.Slice(sizeof(long), sizeof(double) * _mean.Length).CopyTo(MemoryMarshal.AsBytes(_mean.AsSpan()));
        saved.Slice(sizeof(long) + sizeof(double) * _mean.Length, sizeof(double) * _mean.Length)
            .CopyTo(MemoryMarshal.AsBytes(_squares.AsSpan()));
        return saved[SavedBytes(_mean.Length)..];
    }
}
