namespace EdgeAgent.Pipeline.Common;

/// <summary>Counts things of a kind, and names the first few of them for whoever asks. One owner writes, anyone may read.</summary>
/// <typeparam name="TKey">What is counted.</typeparam>
/// <typeparam name="TShown">How it is shown; immutable.</typeparam>
internal sealed class NamedSome<TKey, TShown> where TKey : class
{
    private const int NamedLimit = 16;

    private readonly List<(TKey Key, TShown Shown)> _named = [];
    private volatile Snapshot _now = new(0, []);

    private sealed record Snapshot(int Count, TShown[] Named);

    public int Count => _now.Count;

    /// <summary>Some of them.</summary>
    public IReadOnlyList<TShown> Named => _now.Named;

    /// <summary>One more, which is not among them.</summary>
    public void Add(TKey key, TShown shown)
    {
        var isNamed = _named.Count < NamedLimit;
        if (isNamed) _named.Add((key, shown));
        Publish(_now.Count + 1, isNamed);
    }

    /// <summary>One less, which was among them.</summary>
    public void Remove(TKey key) => Publish(_now.Count - 1, _named.RemoveAll(n => n.Key == key) > 0);

    public void Clear()
    {
        _named.Clear();
        _now = new Snapshot(0, []);
    }

    /// <summary>Takes the place of another, which is used no more.</summary>
    public void GoOnAfter(NamedSome<TKey, TShown> before)
    {
        _named.AddRange(before._named);
        _now = before._now;
    }

    private void Publish(int count, bool isNamedChanged) =>
        _now = new Snapshot(count, isNamedChanged ? [.. _named.Select(n => n.Shown)] : _now.Named);
}
