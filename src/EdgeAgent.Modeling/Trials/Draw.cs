using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Trials;

/// <summary>Which recordings a trial learns from.</summary>
/// <param name="Name">How results name it.</param>
/// <param name="Positions">In the list of recordings, from 0.</param>
internal sealed record Draw(string Name, int[] Positions)
{
    /// <summary>Every n-th from the first on.</summary>
    public static Draw Spread(int count, int learn)
    {
        var every = Math.Max(1, count / learn);
        return new Draw($"every {every}.", [.. Enumerable.Range(0, learn).Select(i => i * every)]);
    }

    public static Draw First(int learn) => new($"first {learn}", [.. Enumerable.Range(0, learn)]);

    public static Draw Random(int count, int learn, ulong seed)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new SplittableRandom(seed).Shuffle(order);
        return new Draw($"random {seed}", [.. order.Take(learn).Order()]);
    }
}
