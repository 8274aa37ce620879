using System.Globalization;

namespace EdgeAgent.Discovery;

/// <summary>The ways to read documents that their places suggest, the likeliest first.</summary>
internal static class DocumentPlans
{
    private const double BelowShare = 0.7;

    public static IEnumerable<ReadingPlan> Of(TopicShape shape, IReadOnlyList<DocumentPlace> places)
    {
        var time = TimePlace.Find(places);
        PlanLine[] common =
        [
            new("device", Toml.Text(DeviceOf(shape, places))),
            .. time is null ? Array.Empty<PlanLine>() : [new PlanLine("time", Toml.Text(time.Path))],
            .. RateLines(shape, places),
        ];
        var numbers = places.Where(p => (p.Numbers > 0 || p.Arrays > 0) && p != time && !CommonNames.IsCounter(p.Path)).ToList();
        if (numbers is [{ Numbers: > 0 } only] && CommonNames.IsValue(only.Name) && !only.Path.Contains('[', StringComparison.Ordinal))
            yield return OneValue(shape, places, only, time);
        foreach (var rows in RowPlans(places, common)) yield return rows;
        if (Below(numbers) is { } below) yield return new ReadingPlan([.. common, new("channels", Toml.Text($"{below}.*"))]);
        yield return new ReadingPlan(common);
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
        ]);
    }

    /// <summary>Lists of rows that each name a value.</summary>
    private static IEnumerable<ReadingPlan> RowPlans(IReadOnlyList<DocumentPlace> places, PlanLine[] common)
    {
        foreach (var value in places.Where(p => p.Numbers > 0 && CommonNames.IsValue(p.Name)))
        {
            var end = value.Path.LastIndexOf("[*].", StringComparison.Ordinal);
            if (end < 0) continue;
            var row = value.Path[..(end + 4)];
            var inRow = places.Where(p => p.Path.StartsWith(row, StringComparison.Ordinal)).ToList();
            var name = inRow.Where(p => p.TextCount > 0 && CommonNames.DeviceRank(p.Name) >= 0)
                .OrderBy(p => -CommonNames.DeviceRank(p.Name)).FirstOrDefault();
            if (name is null) continue;
            var time = inRow.Find(p => CommonNames.IsTime(p.Name) && p.Values.All(TimePlace.IsTime));
            yield return new ReadingPlan(
            [
                .. common.Where(l => l.Key is "device" || (l.Key is "time" && time is null)).Select(l => l.Key == "time" ? FromTop(l) : l),
                new("rows", Toml.Text(row[..^1])), new("name", Toml.Text(name.Path[row.Length..])),
                new("value", Toml.Text(value.Path[row.Length..])),
                .. time is null ? Array.Empty<PlanLine>() : [new PlanLine("time", Toml.Text(time.Path[row.Length..]))],
            ]);
        }
    }

    private static PlanLine FromTop(PlanLine time) => time with { Value = $"\"$.{time.Value[1..]}" };

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
        var longest = places.Where(p => p.Arrays > 0).Select(p => p.ArrayLength).DefaultIfEmpty().Max();
        if (longest < 2) yield break;
        if (places.FirstOrDefault(p => p.Numbers > 0 && CommonNames.IsRate(p.Name)) is { } rate)
            yield return new PlanLine("sample_rate", Toml.Text(rate.Path));
        else if (Gap(shape) is { } seconds)
            yield return new PlanLine("sample_rate", Toml.Text($"{(longest / seconds).ToString("0.###", CultureInfo.InvariantCulture)}Hz"),
                "guessed from how often messages came; write what the sensor samples with");
    }

    /// <summary>The usual time between two messages of a topic.</summary>
    private static double? Gap(TopicShape shape)
    {
        var gaps = shape.Topics.SelectMany(t => t.Samples.Zip(t.Samples.Skip(1), (a, b) => b.ArrivalTicks - a.ArrivalTicks))
            .Where(g => g > 0).Order().ToList();
        return gaps.Count == 0 ? null : gaps[gaps.Count / 2] / (double)TimeSpan.TicksPerSecond;
    }
}
