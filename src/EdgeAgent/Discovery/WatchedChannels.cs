namespace EdgeAgent.Discovery;

/// <summary>Which channels of a source are worth a detector: what moves, is measured, and comes from many devices.</summary>
internal static class WatchedChannels
{
    public const int PerSourceLimit = 3;

    /// <summary>The most telling first; where none is, one of those that at least are not of the device itself.</summary>
    public static IReadOnlyList<string> Find(PlanTrial trial)
    {
        var isRadio = trial.Channels.Keys.Any(CommonNames.IsOnlyRadio);
        var ranked = trial.Channels.Where(c => !CommonNames.IsCounter(c.Key) && !(isRadio && CommonNames.IsRadio(c.Key)))
            .Select(c => (Name: c.Key, Worth: Worth(c.Key, c.Value), Devices: c.Value.Devices.Count))
            .Where(c => c.Worth > 0 || (c.Worth == 0 && CommonNames.Worth(c.Name) >= 0))
            .OrderByDescending(c => c.Worth).ThenByDescending(c => c.Devices).ThenBy(c => c.Name, StringComparer.Ordinal).ToList();
        var telling = ranked.Count(c => c.Worth > 0);
        return [.. ranked.Take(Math.Clamp(telling, 1, PerSourceLimit)).Select(c => c.Name)];
    }

    /// <summary>Below 0: it measures nothing that changes.</summary>
    private static int Worth(string channel, ChannelFacts facts)
    {
        var byName = 2 * CommonNames.Worth(channel);
        var different = facts.Values.Distinct().Count();
        // Of one message a device nobody can say whether it moves.
        if (facts.Values.Count < 2 * facts.Devices.Count || facts.Values.Count < 4) return Math.Max(0, 1 + byName);
        if (different == 1) return -1;
        // A switch, or something that only rises.
        if (different == 2 || IsCounting(facts.Values)) return Math.Max(0, byName);
        return Math.Max(0, 2 + byName);
    }

    private static bool IsCounting(List<float> values) =>
        values.Count >= 8 && values.Zip(values.Skip(1), (a, b) => b > a && b - a == MathF.Floor(b - a)).All(isStep => isStep);
}
