namespace EdgeAgent.Discovery;

/// <summary>
/// The ways to read line protocol: whose a line is, and which channel its fields are of, may stand in its measurement and its tags.
/// </summary>
internal static class InfluxPlans
{
    private const int LineLimit = 2_000;

    /// <summary>The plainest first; those behind it only where it lets different readings fall together.</summary>
    public static IEnumerable<ReadingPlan> Of(TopicShape shape)
    {
        var lines = shape.Topics.SelectMany(t => t.Samples).SelectMany(InfluxLines.Of).Take(LineLimit)
            .Select(line => InfluxParts.Of(line)).OfType<InfluxParts>().ToList();
        var varying = VaryingTags(lines);
        var owner = varying.Find(t => IsMachine(t.Key) && t.Values > shape.Topics.Count).Key;
        var device = owner is null ? TopicRoles.Device(shape) : Place(owner);
        var others = varying.Select(t => t.Key).Where(t => t != owner).ToList();
        List<string> first = SharesFields(lines) ? ["payload.name"] : [];
        foreach (var naming in others.Where(t => CommonNames.RowNameRank(t) >= 0)) first.Add(Place(naming));
        yield return Plan(device, first);
        // Tags that tell apart what else would be one channel.
        yield return Plan(device, [.. first.Union(others.Select(Place))]);
        yield return Plan(device, ["payload.name", .. others.Select(Place)]);
    }

    /// <summary>Tags that every line has, and not always with the same value.</summary>
    private static List<(string Key, int Values)> VaryingTags(List<InfluxParts> lines) =>
    [
        .. lines.SelectMany(l => l.Tags).GroupBy(t => t.Key)
            .Where(g => g.Count() == lines.Count && !g.Key.Contains('"', StringComparison.Ordinal))
            .Select(g => (g.Key, g.Select(t => t.Value).Distinct().Count())).Where(t => t.Item2 > 1),
    ];

    /// <summary>Whether two measurements have a field of the same name.</summary>
    private static bool SharesFields(List<InfluxParts> lines) => lines.SelectMany(l => l.Fields.Select(f => (Field: f, l.Measurement)))
        .Distinct().GroupBy(f => f.Field).Any(g => g.Count() > 1);

    private static bool IsMachine(string tag) =>
        CommonNames.DeviceRank(tag) >= 0 && tag.ToLowerInvariant() is not ("sensor" or "tag" or "id" or "name");

    private static string Place(string tag) => $"payload.{DocumentPlaces.Join("tags", tag)}";

    private static ReadingPlan Plan(string device, List<string> channel) => new(
    [
        new("decode", "\"influx\""), new("device", Toml.Text(device)),
        .. channel.Count == 0 ? Array.Empty<PlanLine>()
            : [new PlanLine("channel", Toml.Text(channel.Count == 1 ? channel[0] : string.Join('.', channel.Select(c => $"{{{c}}}"))))],
    ]);
}
