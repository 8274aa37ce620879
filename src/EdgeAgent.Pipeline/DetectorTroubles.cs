using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Detection.Scoring;
using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline;

/// <summary>What is wrong with what detectors make of readings: devices not judged, detectors that judge nothing, no numbers.</summary>
internal static class DetectorTroubles
{
    private const int DevicesShown = 3;
    private const int ReadingLimit = 30;
    private const int NotANumberLimit = 3;
    /// <summary>A model of which one window in so many makes no number is not to be relied on.</summary>
    private const int NotANumberShare = 20;

    public static IEnumerable<AgentTrouble> Find(IReadOnlyList<Lane> lanes)
    {
        var unjudged = lanes.SelectMany(l => l.Unjudged.Named).ToList();
        var count = lanes.Sum(l => l.Unjudged.Count);
        if (count > 0) yield return Unjudged(unjudged, count);
        if (Displaced(lanes) is { } displaced) yield return displaced;
        foreach (var outage in lanes.SelectMany(l => l.Models.Outages).GroupBy(o => string.Join(", ", o.Detectors)))
            yield return Out(outage.Key, outage.First().Outage);
        foreach (var outage in lanes.SelectMany(l => l.Models.AttributionOutages).GroupBy(o => string.Join(", ", o.Detectors)))
            yield return NoShares(outage.Key, outage.First().Outage);
        foreach (var detector in lanes.SelectMany(l => l.Detectors).GroupBy(d => d.Options.Name))
        {
            List<LaneDetector> parts = [.. detector];
            if (Failing(parts) is { } failing) yield return failing;
            if (NotANumber(parts) is { } trouble) yield return trouble;
            if (TookNothing(parts, unjudged) is { } idle) yield return idle;
        }
    }

    /// <summary>Whether detectors are configured and none is in service, so that nothing is judged.</summary>
    public static bool IsNothingJudged(AgentOptions configured, IReadOnlyList<Lane> lanes) =>
        configured.Detectors.Count > 0 && !lanes.Any(lane =>
        {
            var missing = lane.Models.Outages.SelectMany(o => o.Detectors).ToHashSet();
            return lane.Detectors.Any(d => !missing.Contains(d.Options.Name));
        });

    private static AgentTrouble Unjudged(List<UnjudgedDevice> named, int count)
    {
        var shown = string.Join("; ", named.Take(DevicesShown).Select(d => $"{d.Device} {d.Why}"));
        var more = count - Math.Min(DevicesShown, named.Count);
        return new AgentTrouble(
            $"{count} device{(count == 1 ? " is" : "s are")} not judged: {shown}{(more > 0 ? $"; and {more} more" : "")}",
            MissingChannels.Remedy(named[0].Reason));
    }

    private static AgentTrouble? Displaced(IReadOnlyList<Lane> lanes)
    {
        if (lanes.Sum(l => l.Displaced.Count) is not (> 0 and var count)) return null;
        var named = lanes.SelectMany(l => l.Displaced.Named).Take(DevicesShown).ToList();
        var shown = string.Join("; ", named.Select(d => $"{d.Device} of source {d.Source} {(d.Trouble == PlacementTrouble.SetBackOften
            ? "has set its clock back more than three times in ten minutes"
            : "had more than one in five readings left out as late or ahead")}"));
        return new AgentTrouble(
            $"{count} device{(count == 1 ? "" : "s")} with times that go to and fro {(count == 1 ? "is" : "are")} hardly judged: {shown}"
                + (count > named.Count ? $"; and {count - named.Count} more" : ""),
            "look at the clocks of these devices, and whether two senders share a name; give stored readings a source of their own");
    }

    /// <summary>Devices whose clocks are ahead; where those of a whole source are, that is told of the source.</summary>
    public static AgentTrouble? FindAhead(IReadOnlyList<Lane> lanes, IReadOnlySet<string> wholeSources)
    {
        var named = lanes.SelectMany(l => l.Ahead.Named).Where(d => !wholeSources.Contains(d.Source)).ToList();
        if (named.Count == 0) return null;
        var count = wholeSources.Count == 0 ? lanes.Sum(l => l.Ahead.Count) : named.Count;
        var shown = string.Join(", ", named.Take(DevicesShown).Select(
            d => $"{d.Device} of source {d.Source} by {SourceTroubles.Span(TimeSpan.FromTicks(d.LeadTicks))}"));
        return new AgentTrouble(
            $"the times of {count} device{(count == 1 ? " are" : "s are")} ahead of this machine's clock, and so are the times of "
                + $"{(count == 1 ? "its" : "their")} events: {shown}{(count > DevicesShown ? $" and {count - DevicesShown} more" : "")}",
            "set the clock of the device, or of this machine; if it sends local times without a zone, give it a source with timezone");
    }

    private static AgentTrouble Out(string detectors, ModelOutage outage) => new(
        $"out of service: {detectors}: {outage.Reason}; tried again after {outage.Pause.TotalSeconds:0} s",
        "look at what the model does for long, or raise run_limit of the detector where it needs that");

    private static AgentTrouble NoShares(string detectors, ModelOutage outage) => new(
        $"events of {detectors} do not tell the channels' shares: {outage.Reason}; tried again with an event after "
            + $"{outage.Pause.TotalSeconds:0} s",
        "look at what the model does for long or fails at, or raise run_limit of the detector");

    private static AgentTrouble? Failing(List<LaneDetector> parts)
    {
        if (parts.Find(p => p.Counters.Failure is not null) is not { } part) return null;
        return new AgentTrouble(
            $"detector {part.Options.Name}: runs of model {part.Bundle.Manifest.Name} fail, {parts.Sum(p => p.Counters.Failed)} windows "
                + $"are not judged: {part.Counters.Failure}",
            "fit or export the model anew");
    }

    private static AgentTrouble? NotANumber(List<LaneDetector> parts)
    {
        var windows = parts.Sum(p => p.Counters.Recent.Windows);
        var bad = parts.Sum(p => p.Counters.Recent.NotANumber);
        return bad < NotANumberLimit || bad * NotANumberShare < windows ? null : new AgentTrouble(
            $"detector {parts[0].Options.Name}: the output of model {parts[0].Bundle.Manifest.Name} is not a number in {bad} of its last "
                + $"{windows} windows, which are not judged",
            "look for a division by zero or a logarithm of zero in the model, or fit it anew");
    }

    /// <summary>Where other detectors take the readings no device is unjudged, and this one would go unseen.</summary>
    private static AgentTrouble? TookNothing(List<LaneDetector> parts, List<UnjudgedDevice> unjudged)
    {
        var (lacking, options) = (parts.Sum(p => p.Counters.Lacking), parts[0].Options);
        if (lacking < ReadingLimit || parts.Exists(p => p.Counters.Taken > 0)) return null;
        if (unjudged.Exists(d => d.Detector == options.Name)) return null;
        return new AgentTrouble(
            $"detector {options.Name} has taken none of {lacking} readings of source {options.Source}: no device sends all of "
                + string.Join(", ", parts[0].Naming.Channels),
            "correct the source's channels, or the detector's source or model");
    }
}
