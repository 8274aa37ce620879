using System.Globalization;

namespace EdgeAgent.Discovery;

/// <summary>The ways to read documents that their places suggest, the likeliest first.</summary>
internal static class DocumentPlans
{
    private const double BelowShare = 0.7;

    public static IEnumerable<ReadingPlan> Of(TopicShape shape, IReadOnlyList<DocumentPlace> places)
    {
        var time = TimePlace.Find(places, shape);
        var device = new PlanLine("device", Toml.Text(DeviceOf(shape, places)));
        PlanLine[] common =
        [
            device, .. time is null ? Array.Empty<PlanLine>() : [new PlanLine("time", Toml.Text(time.Path))],
            .. RateLines(shape, places),
        ];
        var rows = new RowPlans(shape, places, device, time).Find().ToList();
        foreach (var plan in rows) yield return plan;
        if (rows.Exists(r => r.IsOnly)) yield break;
        if (ArrayChannels.Line(places, time) is { } elements)
        {
            yield return new ReadingPlan([.. common, elements]);
            yield break;
        }
        var numbers = Numbers(places, time);
        if (numbers is [{ Arrays: 0 } only] && CommonNames.IsValue(only.Name) && !only.IsInList)
            yield return OneValue(shape, places, only, time);
        var quality = QualityPlace.Of(places.Where(p => p.Path == p.Name && p.Name.Length > 1), p => p.Path);
        if (Below(numbers) is { } below)
            yield return new ReadingPlan([.. common, new("channels", Toml.Text($"{below}.*"))]) { Quality = quality };
        yield return new ReadingPlan(common) { Quality = quality };
    }

    /// <summary>The places of what may be measured: numbers, or where there are none texts that are numbers.</summary>
    private static List<DocumentPlace> Numbers(IReadOnlyList<DocumentPlace> places, DocumentPlace? time)
    {
        var measures = places.Where(p => p != time && !CommonNames.IsCounter(p.Path)).ToList();
        var numbers = measures.Where(p => p.Numbers > 0 || p.Arrays > 0).ToList();
        return numbers.Count > 0 ? numbers : [.. measures.Where(p => p.NumberTexts > 0)];
    }

    /// <summary>Each topic has one value, in a document: its topic says what it is of.</summary>
    private static ReadingPlan OneValue(TopicShape shape, IReadOnlyList<DocumentPlace> places, DocumentPlace value, DocumentPlace? time)
    {
        var (device, channel) = TopicRoles.OfOneValue(shape);
        var named = PayloadDevice(shape, places);
        return new ReadingPlan(
        [
            new("device", Toml.Text(named is null ? device : $"payload.{named.Path}")), new("channel", Toml.Text(channel)),
            new("value", Toml.Text(value.Path)),
            .. time is null ? Array.Empty<PlanLine>() : [new PlanLine("time", Toml.Text(time.Path))],
        ])
        {
            Quality = QualityPlace.Of(places.Where(p => DocumentPlaces.Parent(p.Path) == DocumentPlaces.Parent(value.Path)), p => p.Path),
        };
    }

    private static string DeviceOf(TopicShape shape, IReadOnlyList<DocumentPlace> places) =>
        PayloadDevice(shape, places) is { } place ? $"payload.{place.Path}" : TopicRoles.Device(shape);

    /// <summary>The place that names the device, where the topic does not.</summary>
    private static DocumentPlace? PayloadDevice(TopicShape shape, IReadOnlyList<DocumentPlace> places) => places
        .Where(p => p.IsSingle && p.Values.All(v => v.Length is > 0 and < 64) && CommonNames.DeviceRank(p.Name) >= 0
            && p.Path.Count(c => c == '.') <= 1 && !p.Path.Contains('[', StringComparison.Ordinal))
        .Where(p => p.Values.Count > shape.Topics.Count || (shape.Varying.Count == 0 && p.TextCount > 0))
        // A number that never comes twice counts messages.
        .Where(p => p.TextCount > 0 || p.Values.Count <= p.Numbers / 2)
        .OrderBy(p => CommonNames.DeviceRank(p.Name)).FirstOrDefault();

    /// <summary>The object that holds most numbers.</summary>
    private static string? Below(List<DocumentPlace> numbers) => numbers
        .Where(p => p.Path.Contains('.', StringComparison.Ordinal) && !p.Path.Contains('[', StringComparison.Ordinal)
            && !p.Path.Contains('"', StringComparison.Ordinal))
        .GroupBy(p => p.Path[..p.Path.IndexOf('.', StringComparison.Ordinal)])
        .Where(g => g.Count() >= BelowShare * numbers.Count)
        .Select(g => Deepest(g.Key, [.. g])).FirstOrDefault();

    private static string Deepest(string prefix, List<DocumentPlace> below)
    {
        while (true)
        {
            var rest = below[0].Path[(prefix.Length + 1)..];
            var dot = rest.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0) return prefix;
            var longer = $"{prefix}.{rest[..dot]}";
            if (!below.TrueForAll(p => p.Path.StartsWith($"{longer}.", StringComparison.Ordinal))) return prefix;
            prefix = longer;
        }
    }

    private static IEnumerable<PlanLine> RateLines(TopicShape shape, IReadOnlyList<DocumentPlace> places)
    {
        if (!places.Any(p => p.ArrayLength > 1)) yield break;
        var longest = places.Where(ArrayChannels.AreSamples).Select(p => p.ArrayLength).DefaultIfEmpty().Max();
        if (ArrayChannels.Rate(places) is { } rate)
            yield return new PlanLine("sample_rate", Toml.Text(rate.Path));
        else if (longest > 0 && shape.Gap is { } gap)
            yield return new PlanLine("sample_rate",
                Toml.Text($"{(longest / gap.TotalSeconds).ToString("0.###", CultureInfo.InvariantCulture)}Hz"),
                "guessed from how often messages came; write what the sensor samples with");
    }
}
