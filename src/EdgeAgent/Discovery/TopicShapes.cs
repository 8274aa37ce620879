namespace EdgeAgent.Discovery;

/// <summary>Topics of one build: same levels but for those that vary, payloads of one kind.</summary>
internal sealed record TopicShape(IReadOnlyList<SampledTopic> Topics, PayloadKind Kind)
{
    public int Levels => Topics[0].Levels.Length;

    /// <summary>The filter that matches them all: <c>+</c> where they vary.</summary>
    public string Filter { get; } =
        string.Join('/', Topics[0].Levels.Select((level, i) => Topics.All(t => t.Levels[i] == level) ? level : "+"));

    /// <summary>The levels that vary.</summary>
    public IReadOnlyList<int> Varying => [.. Enumerable.Range(0, Levels).Where(i => Filter.Split('/')[i] == "+")];

    public long Messages => Topics.Sum(t => t.Count);

    /// <summary>The usual time between two messages of a topic; null: no two have a time.</summary>
    public TimeSpan? Gap
    {
        get
        {
            var gaps = Topics.SelectMany(t => t.Samples.Zip(t.Samples.Skip(1), (a, b) => b.ArrivalTicks - a.ArrivalTicks))
                .Where(g => g > 0).Order().ToList();
            return gaps.Count == 0 ? null : TimeSpan.FromTicks(gaps[gaps.Count / 2]);
        }
    }
}

/// <summary>
/// Sorts topics into shapes. Siblings belong together when what follows them is alike: the same levels, or documents with the same
/// places. Many siblings are names of things in any case.
/// </summary>
internal static class TopicShapes
{
    /// <summary>Siblings of which so many are not alike are things with names, not parts of one thing.</summary>
    private const int NamesFrom = 5;
    private const double AlikeShare = 0.5, SameShare = 0.9;

    public static IReadOnlyList<TopicShape> Find(IEnumerable<SampledTopic> topics) =>
        [.. topics.GroupBy(t => (t.Levels.Length, t.Kind)).SelectMany(group => Split([.. group], 0, group.Key.Kind))
            .OrderByDescending(shape => shape.Messages).ThenBy(shape => shape.Filter, StringComparer.Ordinal)];

    private static IEnumerable<TopicShape> Split(List<SampledTopic> topics, int level, PayloadKind kind)
    {
        if (level == topics[0].Levels.Length) return [new TopicShape(topics, kind)];
        var clusters = new List<List<SampledTopic>>();
        foreach (var sibling in topics.GroupBy(t => t.Levels[level]))
        {
            var members = sibling.ToList();
            if (clusters.Find(c => AreAlike(c, members, level, kind)) is { } cluster) cluster.AddRange(members);
            else clusters.Add(members);
        }
        // At the top stand the systems that share a broker, and a few of them are no names.
        if (level > 0 && clusters.Count >= NamesFrom) clusters = [topics];
        return clusters.SelectMany(c => Split(c, level + 1, kind));
    }

    private static bool AreAlike(List<SampledTopic> some, List<SampledTopic> others, int level, PayloadKind kind)
    {
        var last = some[0].Levels.Length - 1;
        if (level == last) return AreLeavesAlike(some, others, level, kind);
        var same = 0;
        for (var i = level + 1; i <= last; i++)
            if (some.Select(t => t.Levels[i]).Intersect(others.Select(t => t.Levels[i])).Any()) same++;
        double share = same, of = last - level;
        if (kind == PayloadKind.Document)
        {
            if (Overlap(some, others) >= AlikeShare) share++;
            of++;
        }
        return level == 0 ? share / of > AlikeShare : share / of >= AlikeShare;
    }

    private static bool AreLeavesAlike(List<SampledTopic> some, List<SampledTopic> others, int level, PayloadKind kind)
    {
        if (kind != PayloadKind.Document) return kind == PayloadKind.Scalar || level > 0;
        var overlap = Overlap(some, others);
        // SENSOR and STATE are kinds of messages, whatever they share.
        var areKinds = IsKind(some[0].Levels[level]) && IsKind(others[0].Levels[level]);
        return areKinds ? overlap >= SameShare : overlap >= AlikeShare || (overlap > 0 && level > 0 && HaveRows(some) == HaveRows(others));
    }

    /// <summary>Documents with a list of rows and such without are read in different ways.</summary>
    private static bool HaveRows(List<SampledTopic> topics) => Places(topics).Any(p => p.Contains("[*]", StringComparison.Ordinal));

    private static bool IsKind(string level) => level.Length > 1 && level.All(c => char.IsAsciiLetterUpper(c) || c == '_');

    /// <summary>The share of places that both have.</summary>
    private static double Overlap(List<SampledTopic> some, List<SampledTopic> others)
    {
        var (a, b) = (Places(some), Places(others));
        var both = a.Intersect(b).Count();
        return both == 0 ? 0 : (double)both / Math.Min(a.Count, b.Count);
    }

    private static HashSet<string> Places(List<SampledTopic> topics) =>
        [.. DocumentPlaces.Find(topics.Take(10).SelectMany(t => t.Samples.Take(2))).Select(p => p.Path)];
}
