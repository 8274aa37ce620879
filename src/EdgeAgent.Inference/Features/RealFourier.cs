using System.Numerics;

namespace EdgeAgent.Inference.Features;

/// <summary>
/// Power spectrum of a real signal whose length is a power of two. All factors are computed once in double precision,
/// and no operation is fused, so a spectrum is the same on every processor. Holds scratch memory: one owner at a time.
/// </summary>
/// <remarks>
/// J. Cooley, J. Tukey, "An algorithm for the machine calculation of complex Fourier series", Math. Comp. 19 (1965), radix
/// 2, in place. A real signal of n samples goes through as a complex one of n / 2: even samples real, odd ones imaginary.
/// </remarks>
internal sealed class RealFourier
{
    private readonly int _half;
    private readonly double[] _real;
    private readonly double[] _imaginary;
    private readonly double[] _cos;
    private readonly double[] _sin;
    private readonly int[] _reversed;

    /// <param name="length">Samples; a power of two, 4 or more.</param>
    public RealFourier(int length)
    {
        if (length < 4 || !BitOperations.IsPow2(length))
            throw new ArgumentException($"{length} is no power of two of 4 or more", nameof(length));
        Length = length;
        _half = length / 2;
        _real = new double[_half];
        _imaginary = new double[_half];
        _cos = [.. Enumerable.Range(0, _half).Select(k => Math.Cos(2 * Math.PI * k / length))];
        _sin = [.. Enumerable.Range(0, _half).Select(k => Math.Sin(2 * Math.PI * k / length))];
        _reversed = [.. Enumerable.Range(0, _half).Select(i => Reversed(i, BitOperations.Log2((uint)_half)))];
    }

    public int Length { get; }

    /// <summary>Writes |X[k]|² for k = 0 … length / 2, of X[k] = Σ x[n]·exp(−2πi·k·n / length).</summary>
    public void Power(ReadOnlySpan<double> signal, Span<double> power)
    {
        for (var i = 0; i < _half; i++)
        {
            var to = _reversed[i];
            _real[to] = signal[2 * i];
            _imaginary[to] = signal[2 * i + 1];
        }
        for (var size = 2; size <= _half; size *= 2)
            Combine(size);
        Untangle(power);
    }

    /// <summary>One round: pairs of transforms of half the size become transforms of <paramref name="size"/>.</summary>
    private void Combine(int size)
    {
        var (span, step) = (size / 2, Length / size);
        for (var start = 0; start < _half; start += size)
        {
            var lowReal = _real.AsSpan(start, span);
            var highReal = _real.AsSpan(start + span, span);
            var lowImaginary = _imaginary.AsSpan(start, span);
            var highImaginary = _imaginary.AsSpan(start + span, span);
            for (int k = 0, turn = 0; k < lowReal.Length; k++, turn += step)
            {
                var (cos, sin) = (_cos[turn], _sin[turn]);
                var real = highReal[k] * cos + highImaginary[k] * sin;
                var imaginary = highImaginary[k] * cos - highReal[k] * sin;
                highReal[k] = lowReal[k] - real;
                highImaginary[k] = lowImaginary[k] - imaginary;
                lowReal[k] += real;
                lowImaginary[k] += imaginary;
            }
        }
    }

    /// <summary>Parts what even and odd samples gave, and puts it together as the real signal's spectrum.</summary>
    private void Untangle(Span<double> power)
    {
        power[0] = Square(_real[0] + _imaginary[0]);
        power[_half] = Square(_real[0] - _imaginary[0]);
        for (var k = 1; k < _half; k++)
        {
            var mirror = _half - k;
            var evenReal = (_real[k] + _real[mirror]) / 2;
            var evenImaginary = (_imaginary[k] - _imaginary[mirror]) / 2;
            var oddReal = (_imaginary[k] + _imaginary[mirror]) / 2;
            var oddImaginary = (_real[mirror] - _real[k]) / 2;
            power[k] = Square(evenReal + oddReal * _cos[k] + oddImaginary * _sin[k])
                + Square(evenImaginary + oddImaginary * _cos[k] - oddReal * _sin[k]);
        }
    }

    private static double Square(double value) => value * value;

    private static int Reversed(int index, int bits)
    {
        var reversed = 0;
        for (var b = 0; b < bits; b++)
            reversed |= (index >> b & 1) << (bits - 1 - b);
        return reversed;
    }
}
