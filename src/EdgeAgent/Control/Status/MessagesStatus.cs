using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Control.Status;

/// <summary>A trouble and what helps.</summary>
internal sealed record TroubleStatus
{
    public required string Text { get; init; }
    /// <summary>Absent where the text says it, or nothing does.</summary>
    public string? Remedy { get; init; }
}

/// <summary>The messages of a source that were not used.</summary>
internal sealed record MessagesStatus
{
    /// <summary>Refused since the start, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Refused { get; init; }
    /// <summary>Left out on purpose since the start, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Filtered { get; init; }
    /// <summary>Of the last minutes: messages, and those of them that could not be used.</summary>
    public required long Recent { get; init; }
    public required long RecentUnusable { get; init; }
    /// <summary>The last that was refused; absent: none was.</summary>
    public RefusedStatus? Last { get; init; }

    public static MessagesStatus? Of(ISource source, IReadOnlyList<Lane> lanes, DateTimeOffset now)
    {
        if (source.Intake is not { } watch) return null;
        var recent = watch.Recent(now.UtcTicks);
        return new MessagesStatus
        {
            Refused = FailureTexts.All.Where(r => source.Counters.Refused(r) > 0).ToDictionary(r => r.Word(), source.Counters.Refused),
            Filtered = LeftOutMessages.Of(source, lanes).Where(f => f.Count > 0).ToDictionary(f => f.Reason, f => f.Count),
            Recent = recent.Messages,
            RecentUnusable = recent.Unusable,
            Last = watch.LastOfAll is { } last ? RefusedStatus.Of(last, source) : null,
        };
    }
}

/// <summary>A message that was refused.</summary>
internal sealed record RefusedStatus
{
    public required DateTimeOffset Time { get; init; }
    public required string Reason { get; init; }
    /// <summary>What is wrong with it, and what was expected.</summary>
    public required string What { get; init; }
    public required string Remedy { get; init; }
    /// <summary>What it looks like.</summary>
    public required string Form { get; init; }
    /// <summary>The first 200 bytes.</summary>
    public required string Topic { get; init; }
    /// <summary>The first 80 bytes of the payload.</summary>
    public required string Begins { get; init; }

    public static RefusedStatus Of(RefusedMessage message, ISource source)
    {
        var (what, remedy) = message.Reason.Explain(source.Options);
        return new RefusedStatus
        {
            Time = new DateTimeOffset(message.Ticks, TimeSpan.Zero),
            Reason = message.Reason.Word(),
            What = what,
            Remedy = remedy,
            Form = PayloadForms.Describe(message.Form),
            Topic = message.Topic,
            Begins = message.Begin,
        };
    }
}

/// <summary>A device that sends and is judged by no detector.</summary>
internal sealed record UnjudgedStatus
{
    public required string Device { get; init; }
    public required string Source { get; init; }
    public required string Detector { get; init; }
    public required string Why { get; init; }

    public static UnjudgedStatus Of(UnjudgedDevice device) => new()
    {
        Device = device.Device, Source = device.Source, Detector = device.Detector, Why = device.Why,
    };
}
