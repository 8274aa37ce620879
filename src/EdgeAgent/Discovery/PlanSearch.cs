namespace EdgeAgent.Discovery;

/// <summary>Finds the plan that reads a shape's samples best: all are tried with the real decoders.</summary>
internal static class PlanSearch
{
    private const double LeastUsable = 0.5, UsualUsable = 0.9;
    private const double Better = 1.02;

    private static readonly string[] OtherDecoders = ["senml", "cbor", "msgpack", "sparkplug-b", "auto"];

    private static readonly (string Word, string Opposite)[] Switches =
    [
        ("on", "off"), ("open", "closed"), ("running", "stopped"), ("running", "idle"), ("yes", "no"), ("high", "low"),
        ("active", "inactive"), ("ok", "fault"),
    ];

    /// <summary>Null: nothing reads it.</summary>
    public static PlanTrial? Find(TopicShape shape)
    {
        var places = PlacesOf(shape);
        return Chosen(shape, places) is { } trial ? WithQuality(trial, shape) : null;
    }

    /// <summary>The places of a shape's documents; none, where it has others.</summary>
    public static IReadOnlyList<DocumentPlace> PlacesOf(TopicShape shape) =>
        shape.Kind == PayloadKind.Document ? DocumentPlaces.Find(shape.Topics.SelectMany(t => t.Samples.Take(40))) : [];

    private static PlanTrial? Chosen(TopicShape shape, IReadOnlyList<DocumentPlace> places)
    {
        var own = Best(OwnPlans(shape, places).SelectMany(plan => Variants(plan, shape, places)), shape);
        var presets = PresetPlans.Of(shape, places).Select(p => PlanTrial.Run(p, shape)).OfType<PlanTrial>()
            .Where(t => t.Usable >= UsualUsable && t.Score > 0).ToList();
        if (presets.Where(t => PresetPlans.IsHinted(t.Plan.Preset!, shape)).MaxBy(t => t.Score) is { } hinted) return hinted;
        var specific = presets.Where(t => PresetPlans.IsSpecific(t.Plan.Preset!)).MaxBy(t => t.Score);
        // What the payload says of itself is plainer than a name, as long as it says the same; of rows a preset knows the quality, too.
        return specific is not null && (own?.Source.Rows is not null || own is null || !IsSame(own, specific)) ? specific : own;
    }

    /// <summary>Values of bad quality are missing; what has no good ones is shown all the same.</summary>
    private static PlanTrial WithQuality(PlanTrial trial, TopicShape shape) =>
        trial.Plan.Quality is { } line
        && PlanTrial.Run(trial.Plan.With(line.Key, line.Value, line.Comment), shape) is { Score: > 0 } judged ? judged : trial;

    private static IEnumerable<ReadingPlan> OwnPlans(TopicShape shape, IReadOnlyList<DocumentPlace> places)
    {
        if (shape.Kind == PayloadKind.Document) return DocumentPlans.Of(shape, places);
        var device = new PlanLine("device", Toml.Text(TopicRoles.Device(shape)));
        if (shape.Kind is PayloadKind.Text or PayloadKind.Binary)
            return [.. InfluxPlans.Of(shape), .. OtherDecoders.Select(d => new ReadingPlan([new("decode", Toml.Text(d)), device]))];
        var (owner, channel) = TopicRoles.OfOneValue(shape);
        return shape.Kind != PayloadKind.Scalar ? [] :
        [
            new ReadingPlan([new("decode", "\"scalar\""), new("device", Toml.Text(owner)), new("channel", Toml.Text(channel))]),
        ];
    }

    /// <summary>The plan, and the same with what makes numbers of texts.</summary>
    private static IEnumerable<ReadingPlan> Variants(ReadingPlan plan, TopicShape shape, IReadOnlyList<DocumentPlace> places)
    {
        yield return plan;
        if (shape.Kind is not (PayloadKind.Document or PayloadKind.Scalar)) yield break;
        var (comma, units) = (plan.With("decimal_comma", "true"), plan.With("strip_units", "true"));
        yield return comma;
        yield return units;
        yield return comma.With("strip_units", "true");
        if (WordsOf(places) is { } words) yield return plan.With("words", words);
    }

    /// <summary>Words for a switch, where texts of some place are nothing else.</summary>
    private static string? WordsOf(IReadOnlyList<DocumentPlace> places)
    {
        foreach (var place in places.Where(p => p is { TextCount: > 0, Numbers: 0, Values.Count: 2 }))
            foreach (var (word, opposite) in Switches)
                if (place.Values.All(v => Is(v, word) || Is(v, opposite))) return $"{{ {word} = 1, {opposite} = 0 }}";
        return null;

        static bool Is(string value, string word) => value.Equals(word, StringComparison.OrdinalIgnoreCase);
    }

    private static PlanTrial? Best(IEnumerable<ReadingPlan> plans, TopicShape shape)
    {
        PlanTrial? best = null;
        foreach (var plan in plans)
        {
            if (PlanTrial.Run(plan, shape) is not { } trial) continue;
            Take(trial);
            if (trial.RepeatsTimes && WithoutTime(plan) is { } other && PlanTrial.Run(other, shape) is { } untimed) Take(untimed);
        }
        return best;

        void Take(PlanTrial trial)
        {
            if (trial.Usable >= LeastUsable && trial.Score > Better * (best?.Score ?? 0)) best = trial;
        }
    }

    /// <summary>Null: it takes none.</summary>
    private static ReadingPlan? WithoutTime(ReadingPlan plan) => plan.Lines.FirstOrDefault(l => l.Key == "time") is not { } time ? null
        : plan.Without("time") with
        {
            TimeRemark = $"time = {time.Value} would give different readings the same time; the time of arrival is taken",
        };

    private static bool IsSame(PlanTrial some, PlanTrial other) =>
        some.Channels.Keys.ToHashSet().SetEquals(other.Channels.Keys) && some.HasGoodTimes == other.HasGoodTimes;
}
