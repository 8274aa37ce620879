using EdgeAgent.Mqtt;

namespace EdgeAgent.Discovery;

/// <summary>What a broker's messages suggest: sources, and what is left out.</summary>
internal sealed class Proposal
{
    private const int SourceLimit = 12;
    private const int ListedTopics = 50;

    private readonly List<SourceProposal> _sources = [];
    private readonly List<LeftOutTopics> _leftOut = [];

    private Proposal()
    {
    }

    /// <summary>Those with most messages first.</summary>
    public IReadOnlyList<SourceProposal> Sources => _sources;

    public IReadOnlyList<LeftOutTopics> LeftOut => _leftOut;

    public static Proposal Of(SampleSet samples)
    {
        var proposal = new Proposal();
        var topics = samples.Topics.Select(t => (Topic: t, Reason: ForeignTopics.Reason(t))).ToList();
        var shapes = TopicShapes.Find(topics.Where(t => t.Reason is null).Select(t => t.Topic));
        foreach (var shape in shapes)
            proposal.Take(shape, shapes);
        foreach (var group in topics.Where(t => t.Reason is not null).GroupBy(t => (t.Reason!, t.Topic.Levels[0])))
            proposal._leftOut.Add(new LeftOutTopics(
                $"{group.Key.Item2}/…", group.Count(), group.Sum(t => t.Topic.Count), group.Key.Item1));
        return proposal;
    }

    private void Take(TopicShape shape, IReadOnlyList<TopicShape> shapes)
    {
        var reason = shape.Kind switch
        {
            PayloadKind.Word => "words, no numbers",
            _ when _sources.Count >= SourceLimit => $"more than {SourceLimit} kinds of topics: name those that matter with --topics",
            _ => null,
        };
        var trial = reason is null ? PlanSearch.Find(shape) : null;
        var places = PlanSearch.PlacesOf(shape);
        if (trial is null || trial.Score == 0)
        {
            reason ??= ProposalNotes.JsonInText(places) ?? "no numbers that this program can read";
            _leftOut.Add(new LeftOutTopics(shape.Filter, shape.Topics.Count, shape.Messages, reason));
            return;
        }
        var isMixed = shapes.Any(s => s != shape && s.Kind != PayloadKind.Word && s.Topics.Any(t => Matches(shape.Filter, t.Name)));
        List<string> filters =
            isMixed && shape.Topics.Count <= ListedTopics ? [.. shape.Topics.Select(t => t.Name)] : [shape.Filter];
        var remark = !isMixed ? null : filters.Count > 1 || shape.Varying.Count == 0
            ? $"by name, for {shape.Filter} has messages of another kind, too" : "has messages of another kind, too, which will be refused";
        _sources.Add(new SourceProposal(NameOf(shape), shape, trial, filters, remark, places));
    }

    private static bool Matches(string filter, string topic) =>
        TopicFilter.Matches(System.Text.Encoding.UTF8.GetBytes(filter), System.Text.Encoding.UTF8.GetBytes(topic));

    /// <summary>The levels that do not vary, as few as tell it from the others.</summary>
    private string NameOf(TopicShape shape)
    {
        var levels = shape.Filter.Split('/').Where(l => l is not ("+" or "")).Select(Toml.Key).ToList();
        if (levels.Count == 0) levels.Add("sensors");
        string[] wanted = [levels[0], $"{levels[0]}-{levels[^1]}", string.Join('-', levels)];
        return wanted.FirstOrDefault(IsFree) ?? Enumerable.Range(2, SourceLimit + 1).Select(n => $"{levels[0]}-{n}").First(IsFree);
    }

    private bool IsFree(string name) => !_sources.Exists(s => s.Name == name);
}
