namespace EdgeAgent.Pipeline.Sources.Mqtt;

/// <summary>
/// Chooses one of several for a name, the same wherever it is asked: who scores highest with it. When one leaves, only its
/// names move, and spread over the others; when it comes back, they return. Allocates nothing to choose.
/// </summary>
internal sealed class Rendezvous
{
    private string[] _candidates = [];
    private ulong[] _hashes = [];

    public void Between(string[] candidates)
    {
        _hashes = [.. candidates.Select(c => Hash(c))];
        _candidates = candidates;
    }

    /// <summary>Who has this name; null when there is nobody.</summary>
    public string? Of(ReadOnlySpan<char> name)
    {
        var hash = Hash(name);
        string? chosen = null;
        ulong best = 0;
        for (var i = 0; i < _candidates.Length; i++)
        {
            var score = Mix(_hashes[i] ^ hash);
            if (chosen is not null && score <= best) continue;
            (chosen, best) = (_candidates[i], score);
        }
        return chosen;
    }

    /// <summary>FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ (public domain), mixed: alone it leaves like names alike.</summary>
    private static ulong Hash(ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
            hash = (hash ^ c) * 1099511628211UL;
        return Mix(hash);
    }

    /// <summary>The last step of SplitMix64 (Steele, Lea and Flood 2014).</summary>
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9UL;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebUL;
        return x ^ (x >> 31);
    }
}
