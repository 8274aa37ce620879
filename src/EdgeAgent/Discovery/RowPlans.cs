namespace EdgeAgent.Discovery;

/// <summary>
/// Ways to read documents that bring values in rows: the elements of a list, or the members of an object that are alike.
/// </summary>
/// <param name="shape">The topics.</param>
/// <param name="places">The places of their documents.</param>
/// <param name="device">The line that names the device.</param>
/// <param name="time">The place of a time that all rows share; null: none.</param>
internal sealed class RowPlans(TopicShape shape, IReadOnlyList<DocumentPlace> places, PlanLine device, DocumentPlace? time)
{
    private const string Element = "[*].";
    private const double AlikeShare = 0.8;

    public IEnumerable<ReadingPlan> Find() => [.. Members(), .. ValueRows(), .. ColumnRows()];

    /// <summary>Rows of a list with one value each.</summary>
    private IEnumerable<ReadingPlan> ValueRows()
    {
        foreach (var value in places.Where(p => p.IsNumeric && CommonNames.IsValue(p.Name)))
        {
            if (RowOf(value) is not { } row) continue;
            var inRow = InRow(row);
            var name = inRow.Where(p => p != value && p.TextCount > 0 && CommonNames.RowNameRank(p.Name) >= 0)
                .OrderBy(p => CommonNames.RowNameRank(p.Name)).FirstOrDefault();
            if (name is null && inRow.Exists(p => p != value && IsMeasure(p))) continue;
            PlanLine[] names = name is null ? NamesOfRowsWithout() : [device, new("name", Toml.Text(name.Path[row.Length..]))];
            yield return Plan(row[..^1], row.Length, inRow, [names[0], Rows(row[..^1]), names[1], Line("value", value.Path[row.Length..])]);
        }
    }

    /// <summary>Rows of a list with a column for each channel, where the document has no numbers beside.</summary>
    private IEnumerable<ReadingPlan> ColumnRows()
    {
        if (places.Any(p => !p.IsInList && IsMeasure(p) && CommonNames.Worth(p.Name) >= 0)) yield break;
        foreach (var row in places.Where(IsMeasure).Select(RowOf).OfType<string>().Distinct())
            yield return Plan(row[..^1], row.Length, InRow(row), [device, Rows(row[..^1])]);
    }

    /// <summary>Members of an object that have a value each, and are called by what it is of.</summary>
    private IEnumerable<ReadingPlan> Members()
    {
        var values = places.Where(p => p.IsNumeric && !p.IsInList && CommonNames.IsValue(p.Name))
            .Select(p => (Place: p, Member: DocumentPlaces.Parent(p.Path))).Where(v => v.Member.Length > 0);
        foreach (var alike in values.GroupBy(v => (Object: DocumentPlaces.Parent(v.Member), v.Place.Name)))
        {
            var members = alike.Select(v => v.Member).ToHashSet(StringComparer.Ordinal);
            var siblings = places.Select(p => DocumentPlaces.Parent(p.Path)).Distinct()
                .Count(o => o.Length > 0 && DocumentPlaces.Parent(o) == alike.Key.Object);
            if (members.Count < 2 || members.Count < AlikeShare * siblings) continue;
            var rows = alike.Key.Object.Length == 0 ? "*" : $"{alike.Key.Object}.*";
            var inRow = places.Where(p => DocumentPlaces.Parent(p.Path) == alike.First().Member).ToList();
            if (inRow.Exists(p => p.Name != alike.Key.Name && IsMeasure(p))) continue;
            var isOnly = places.Where(p => !p.IsInList && IsMeasure(p)).All(p => members.Contains(DocumentPlaces.Parent(p.Path)));
            yield return Plan(rows, alike.First().Member.Length + 1, inRow,
                [device, Line("rows", rows), Line("channel", "key"), Line("value", DocumentPlaces.Join("", alike.Key.Name))])
                with { IsOnly = isOnly };
        }
    }

    /// <summary>Adds the time, of the row or of the document, and knows the place of the quality.</summary>
    private ReadingPlan Plan(string rows, int start, List<DocumentPlace> inRow, PlanLine[] lines)
    {
        var own = inRow.Find(p => TimePlace.IsTime(p, shape));
        PlanLine[] times = own is not null ? [Line("time", own.Path[start..])]
            : time is not null && !time.Path.StartsWith(rows, StringComparison.Ordinal) ? [Line("time", $"$.{time.Path}")] : [];
        return new ReadingPlan([.. lines, .. times]) { Quality = QualityPlace.Of(inRow, p => p.Path[start..]) };
    }

    /// <summary>Device and channel of rows that do not name their value: the topic does, or the document.</summary>
    private PlanLine[] NamesOfRowsWithout()
    {
        var named = places.Where(p => !p.IsInList && p.TextCount > 0 && CommonNames.RowNameRank(p.Name) >= 0)
            .OrderBy(p => CommonNames.RowNameRank(p.Name)).FirstOrDefault();
        if (named is not null && shape.Varying.Count == 0)
            return [Line("device", TopicRoles.Device(shape)), Line("channel", $"payload.{named.Path}")];
        var (owner, channel) = TopicRoles.OfOneValue(shape);
        return [Line("device", owner), Line("channel", channel)];
    }

    private static bool IsMeasure(DocumentPlace place) => place.IsNumeric && !CommonNames.IsCounter(place.Path)
        && !CommonNames.IsRadio(place.Name) && CommonNames.QualityRank(place.Name) < 0 && !TimePlace.IsTime(place);

    /// <summary>The path of a place's row with a dot behind; null: it is in none that has a path.</summary>
    private static string? RowOf(DocumentPlace place)
    {
        var end = place.Path.LastIndexOf(Element, StringComparison.Ordinal);
        return end < 0 ? null : place.Path[..(end + Element.Length)];
    }

    private List<DocumentPlace> InRow(string row) => [.. places.Where(p => p.Path.StartsWith(row, StringComparison.Ordinal))];

    private static PlanLine Rows(string path) => Line("rows", path);

    private static PlanLine Line(string key, string text) => new(key, Toml.Text(text));
}
