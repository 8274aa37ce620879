namespace EdgeAgent.Mqtt;

/// <summary>Topic filters with their wildcards, MQTT 5.0 section 4.7.</summary>
public static class TopicFilter
{
    private const string SharePrefix = "$share/";

    /// <summary>The filter under which messages of a shared subscription come, <c>$share/GROUP/FILTER</c>; others as they are.</summary>
    public static string WithoutShare(string filter) =>
        filter.StartsWith(SharePrefix, StringComparison.Ordinal) && filter.Split('/', 3) is [_, _, var rest] ? rest : filter;

    /// <summary>
    /// The filters without those that another one covers. Brokers may send a message once for each filter that matches it
    /// (mosquitto does over MQTT 5), and it must not be taken for two.
    /// </summary>
    public static string[] WithoutCovered(IReadOnlyList<string> filters) =>
        [.. filters.Where((f, i) => !filters.Where((other, j) => j != i && Covers(other, f) && (j < i || !Covers(f, other))).Any())];

    /// <summary>Whether some of the filters match a same topic.</summary>
    public static bool AnyOverlap(IReadOnlyList<string> filters) =>
        filters.Where((f, i) => filters.Take(i).Any(before => Overlap(before, f))).Any();

    /// <summary>Position of the first filter that matches; −1: none.</summary>
    public static int FirstMatch(byte[][] filters, ReadOnlySpan<byte> topic)
    {
        for (var i = 0; i < filters.Length; i++)
            if (Matches(filters[i], topic))
                return i;
        return -1;
    }

    /// <summary>Whether a filter matches a topic; both in UTF-8.</summary>
    public static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        // A wildcard at the start does not match topics of the broker's own.
        if (topic.StartsWith("$"u8) && !filter.StartsWith("$"u8)) return false;
        while (true)
        {
            var level = TakeLevel(ref filter, out var isLast);
            if (level.SequenceEqual("#"u8)) return true;
            var other = TakeLevel(ref topic, out var isTopicLast);
            if (!level.SequenceEqual("+"u8) && !level.SequenceEqual(other)) return false;
            if (isTopicLast) return isLast || filter.SequenceEqual("#"u8);
            if (isLast) return false;
        }
    }

    /// <summary>Whether every topic that <paramref name="inner"/> matches is matched by <paramref name="outer"/>, too.</summary>
    public static bool Covers(string outer, string inner)
    {
        if (outer.StartsWith('$') != inner.StartsWith('$')) return false;
        var (a, b) = (outer.Split('/'), inner.Split('/'));
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] == "#") return true;
            if (i == b.Length) return false;
            if (b[i] == "#" || a[i] != "+" && a[i] != b[i]) return false;
        }
        return a.Length == b.Length;
    }

    /// <summary>Whether some topic is matched by both.</summary>
    public static bool Overlap(string one, string other)
    {
        // Shared subscriptions are another matter: the broker sends each message to one member only.
        if (one.StartsWith('$') || other.StartsWith('$')) return one == other;
        var (a, b) = (one.Split('/'), other.Split('/'));
        for (var i = 0; ; i++)
        {
            if (i == a.Length || i == b.Length) return a.Length == b.Length || (i == a.Length ? b[i] : a[i]) == "#";
            if (a[i] == "#" || b[i] == "#") return true;
            if (a[i] != b[i] && a[i] != "+" && b[i] != "+") return false;
        }
    }

    private static ReadOnlySpan<byte> TakeLevel(ref ReadOnlySpan<byte> rest, out bool isLast)
    {
        var end = rest.IndexOf((byte)'/');
        isLast = end < 0;
        var level = isLast ? rest : rest[..end];
        rest = isLast ? default : rest[(end + 1)..];
        return level;
    }
}
