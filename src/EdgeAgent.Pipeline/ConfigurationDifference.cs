namespace EdgeAgent.Pipeline;

/// <summary>What differs in meaning between the configuration that runs and the next one.</summary>
internal sealed class ConfigurationDifference
{
    public ConfigurationDifference(ConfigurationText now, ConfigurationText next)
    {
        IsEverything = now.Agent != next.Agent;
        SourcesAdded = [.. next.Sources.Keys.Except(now.Sources.Keys)];
        SourcesRemoved = [.. now.Sources.Keys.Except(next.Sources.Keys)];
        SourcesChanged = Changed(now.Sources, next.Sources);
        DetectorsChanged = [.. Changed(now.Detectors, next.Detectors)];
        DetectorsUnchanged = next.Detectors.Keys.Where(now.Detectors.ContainsKey).Except(DetectorsChanged).ToHashSet();
        DetectorsAdded = [.. next.Detectors.Keys.Except(now.Detectors.Keys)];
        DetectorsRemoved = [.. now.Detectors.Keys.Except(next.Detectors.Keys)];
        AreLinesChanged = now.Lines != next.Lines;
        AreEventsChanged = now.Events != next.Events;
        IsDeliveryChanged = now.Delivery != next.Delivery;
        IsHealthChanged = now.Health != next.Health;
        IsServingChanged = now.Serving != next.Serving;
    }

    /// <summary>
    /// Whether it concerns what every room is built on: the agent's names and folders, its lanes, the buffer, the GPIO driver.
    /// </summary>
    public bool IsEverything { get; }
    public IReadOnlyList<string> SourcesAdded { get; }
    public IReadOnlyList<string> SourcesRemoved { get; }
    public IReadOnlyList<string> SourcesChanged { get; }
    public IReadOnlyList<string> DetectorsAdded { get; }
    public IReadOnlyList<string> DetectorsRemoved { get; }
    /// <summary>Whose settings, rules, gates or model are others.</summary>
    public IReadOnlyList<string> DetectorsChanged { get; }
    public IReadOnlySet<string> DetectorsUnchanged { get; }
    public bool AreLinesChanged { get; }
    public bool AreEventsChanged { get; }
    public bool IsDeliveryChanged { get; }
    public bool IsHealthChanged { get; }
    public bool IsServingChanged { get; }

    /// <summary>Whether what lanes judge with differs.</summary>
    public bool IsDetectionChanged =>
        DetectorsAdded.Count + DetectorsRemoved.Count + DetectorsChanged.Count
            + SourcesRemoved.Count + SourcesChanged.Count > 0 || AreEventsChanged;

    public bool IsNothing =>
        !IsEverything && !IsDetectionChanged && SourcesAdded.Count == 0 && !AreLinesChanged && !IsDeliveryChanged && !IsHealthChanged
            && !IsServingChanged;

    /// <summary>What differs, in words.</summary>
    public override string ToString()
    {
        List<string> parts =
        [
            .. Words("source", "added", SourcesAdded), .. Words("source", "removed", SourcesRemoved),
                .. Words("source", "changed", SourcesChanged),
            .. Words("detector", "added", DetectorsAdded), .. Words("detector", "removed", DetectorsRemoved),
            .. Words("detector", "changed", DetectorsChanged),
        ];
        if (AreLinesChanged) parts.Add("GPIO lines changed");
        if (AreEventsChanged) parts.Add("topic of events changed");
        if (IsDeliveryChanged) parts.Add("upstream changed");
        if (IsHealthChanged) parts.Add("health changed");
        if (IsServingChanged) parts.Add("serving of models changed");
        return string.Join(", ", parts);
    }

    private static IEnumerable<string> Words(string kind, string what, IReadOnlyList<string> names) =>
        names.Select(n => $"{kind} {n} {what}");

    private static List<string> Changed(IReadOnlyDictionary<string, string> now, IReadOnlyDictionary<string, string> next) =>
        [.. next.Where(n => now.TryGetValue(n.Key, out var before) && before != n.Value).Select(n => n.Key)];
}
