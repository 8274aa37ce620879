namespace EdgeAgent.Modeling.Training;

/// <summary>
/// Random numbers that are the same on every machine and .NET version: SplitMix64 (Steele, Lea, Flood 2014).
/// <see cref="Split"/> gives each part of the work a sequence of its own, so that one part drawing more numbers
/// changes nothing in another.
/// </summary>
internal sealed class SplittableRandom(ulong seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private readonly ulong _seed = seed;
    private ulong _state = seed;

    /// <summary>A sequence for <paramref name="part"/>, independent of how many numbers were drawn here before.</summary>
    public SplittableRandom Split(ulong part) => new(Mix(_seed ^ Mix((part + 1) * Golden)));

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public double Uniform(double from, double to) => from + (to - from) * Uniform();

    /// <summary>A whole number in [0, <paramref name="limit"/>).</summary>
    public int Below(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>Standard normal, by Box and Muller; the second value is not kept, which keeps the sequence simple.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    /// <summary>Between <paramref name="from"/> and <paramref name="to"/>, uniform in the logarithm.</summary>
    public double LogUniform(double from, double to) => Math.Exp(Uniform(Math.Log(from), Math.Log(to)));

    /// <summary>Brings <paramref name="items"/> into random order.</summary>
    public void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var other = Below(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    private ulong Next() => Mix(_state += Golden);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
