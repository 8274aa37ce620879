using System.Globalization;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline;

/// <summary>What is wrong with what a source brings, or does not bring.</summary>
internal static class SourceTroubles
{
    /// <summary>A source that is connected for so long and has never received anything is asked about.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CrowdedNotice = TimeSpan.FromMinutes(10);
    private const int TopicsShown = 3;
    private const int ReasonsShown = 4;
    private const int DevicesShown = 4;

    public static IEnumerable<AgentTrouble> Find(ISource source, DateTimeOffset now)
    {
        if (!source.Counters.IsConnected) yield break;
        if (source.Unsteadiness is { } ends) yield return new AgentTrouble($"source {source.Name}: {ends}");
        if (source.Refused.Count > 0) yield return Refused(source);
        if (SilentFor(source, now) is { } silent)
            yield return new AgentTrouble(
                $"source {source.Name} has been connected for {Span(silent)}, and nothing has come on {Topics(source.Heard!.Filters)}",
                "check the topics, upper and lower case included, and that devices publish to this broker now");
        if (Silence(source, now) is { } silence) yield return silence;
        if (IsCrowded(source, now)) yield return Crowded(source);
        if (source.Intake?.Offset.Steady is { Ticks: not 0 } offset) yield return WrongTimes(source, offset);
        if (source.Intake?.Recent(now.UtcTicks) is { IsTrouble: true } share)
            yield return Unusable(source, share);
        else if (source.Intake is { Devices.Count: > 0 } intake)
            yield return UnusableDevices(source, intake, now);
    }

    private static AgentTrouble Refused(ISource source) => new(
        $"source {source.Name}: its broker refuses "
            + string.Join(" and ", source.Refused.Take(TopicsShown).Select(r => $"\"{r.Filter.Topic}\" (reason 0x{r.Code:x2})"))
            + (source.Refused.Count > TopicsShown ? $" and {source.Refused.Count - TopicsShown} more" : "")
            + "; what comes on its other topics is judged",
        "let the broker allow this user to read it, or take it out of topics; it is asked again every few minutes");

    /// <summary>Whether devices or channels have had to make room lately, or found none.</summary>
    private static bool IsCrowded(ISource source, DateTimeOffset now) =>
        source.Counters.CrowdedTicks is > 0 and var ticks && now.UtcTicks - ticks < CrowdedNotice.Ticks;

    private static AgentTrouble Crowded(ISource source)
    {
        var (options, counters) = (source.Options, source.Counters);
        var refused = counters.Refused(DecodeFailure.TooManyDevices) + counters.Refused(DecodeFailure.TooManyChannels);
        var areDevices = source.Devices >= options.DeviceLimit - options.KnownDevices.Count;
        return new AgentTrouble(
            $"source {source.Name} brings more {(areDevices ? "devices" : "channels")} than it may have at once "
                + (areDevices ? $"(device_limit is {options.DeviceLimit})" : $"(channel_limit is {options.ChannelLimit})")
                + $": since the start, {Number(counters.DevicesLeft)} devices and {Number(counters.ChannelsLeft)} channels that were "
                + $"silent longest made room{NamedOf(counters.Left)}, and {Number(refused)} messages of new ones were refused",
            "look at who sends: narrow the topics or add an except; list in known_devices what must have a place, or raise the limit");
    }

    /// <summary>Those that had been there for a while, which somebody may miss.</summary>
    private static string NamedOf(LeftDevices left) => left.Named is { Count: > 0 } named
        ? $" ({string.Join(", ", named.Take(DevicesShown))}{(named.Count > DevicesShown ? " and others" : "")} had been there longest)"
        : "";

    /// <summary>For how long a connected source has waited for its first message, once it is too long; null: it has not.</summary>
    public static TimeSpan? SilentFor(ISource source, DateTimeOffset now)
    {
        if (!source.Counters.IsConnected || source.Heard is not { Heard: 0 } || source.Counters.ChangedTicks == 0) return null;
        var silent = TimeSpan.FromTicks(now.UtcTicks - source.Counters.ChangedTicks);
        return silent >= SilenceLimit ? silent : null;
    }

    /// <summary>A source that used to bring something.</summary>
    private static AgentTrouble? Silence(ISource source, DateTimeOffset now)
    {
        if (source.Intake?.Rhythm is not { LastTicks: > 0 } rhythm) return null;
        var since = Math.Max(rhythm.LastTicks, source.Counters.ChangedTicks);
        var silent = rhythm.SilentTicks(now.UtcTicks, source.Options.SilentAfter);
        // The broker, or the agent, may just have come back.
        if (silent == 0 || now.UtcTicks - since < SilenceLimit.Ticks) return null;
        return new AgentTrouble(
            $"nothing has come from source {source.Name} for {Span(TimeSpan.FromTicks(silent))}; "
                + $"before, something came every {Distance(rhythm.MeanTicks)}",
            "look at the devices and their network; where such pauses are usual, set silent_after to longer than they last");
    }

    /// <summary>
    /// Devices that are silent for longer than their sources allow; where nobody has said how long, a machine may be off.
    /// </summary>
    public static IEnumerable<AgentTrouble> FindSilent(
        IReadOnlyList<ISource> sources, IReadOnlyList<SilentDevice> silent, DateTimeOffset now)
    {
        foreach (var source in sources.Where(s => s.Options.SilentAfter > TimeSpan.Zero))
        {
            var devices = silent.Where(d => d.Source == source.Name).ToList();
            if (devices.Count == 0) continue;
            var named = devices.Take(TopicsShown).Select(d => $"{d.Device} for {Span(TimeSpan.FromTicks(now.UtcTicks - d.LastTicks))}");
            yield return new AgentTrouble(
                $"{devices.Count} device{(devices.Count == 1 ? "" : "s")} of source {source.Name} "
                    + $"{(devices.Count == 1 ? "has" : "have")} sent nothing for longer than {Span(source.Options.SilentAfter!.Value)}: "
                    + string.Join(", ", named) + (devices.Count > TopicsShown ? $" and {devices.Count - TopicsShown} more" : ""),
                "look at these devices; where such pauses are usual, set silent_after to longer than they last");
        }
    }

    /// <summary>Whether the times of all its messages are off alike.</summary>
    public static bool AreTimesWrong(ISource source) => source.Intake?.Offset.Steady is { Ticks: not 0 };

    private static AgentTrouble WrongTimes(ISource source, TimeSpan offset) => new(
        $"source {source.Name}: the times of its messages are all {Span(offset.Duration())} "
            + (offset > TimeSpan.Zero ? "ahead of" : "behind") + " this machine's clock",
        "if they are local times without a zone, set timezone in the source; otherwise set the clock of the devices or of this machine");

    private static string Distance(long ticks) => ticks < TimeSpan.TicksPerSecond ? "second or faster" : Span(TimeSpan.FromTicks(ticks));

    /// <summary>The message in words: its topic, how it begins, and what it looks like.</summary>
    public static string Show(RefusedMessage message) =>
        $"{message.Topic} {(message.Begin.Length > 0 ? message.Begin : "(empty)")}"
            + (message.Form is PayloadForm.Json or PayloadForm.Empty ? "" : $", which {PayloadForms.Describe(message.Form)}");

    private static AgentTrouble Unusable(ISource source, in IntakeShare share)
    {
        var explained = share.Reason.Explain(source.Options);
        var last = source.Intake!.Last(share.Reason);
        return new AgentTrouble(
            $"source {source.Name}: {Number(share.Unusable)} of {Number(share.Messages)} messages in the last "
                + $"{Span(TimeSpan.FromTicks(share.SpanTicks))} cannot be used: {Reasons(share, explained.What)}"
                + (last is null ? "" : $"; last: {Show(last)}"),
            last is null ? explained.Remedy : RemedyByForm(share.Reason, last.Form) ?? explained.Remedy);
    }

    /// <summary>The one reason; of several the first ones, each with its number.</summary>
    private static string Reasons(in IntakeShare share, string what)
    {
        if (share.Reasons is not { Count: > 1 } all) return $"{share.Reason.Word()} ({what})";
        var others = all.Skip(1).Take(ReasonsShown - 1).Select(r => $"{r.Reason.Word()} ({Number(r.Count)})");
        return $"most often {share.Reason.Word()} ({Number(all[0].Count)}: {what}), also {string.Join(", ", others)}"
            + (all.Count > ReasonsShown ? $" and {all.Count - ReasonsShown} more reasons" : "");
    }

    private static AgentTrouble UnusableDevices(ISource source, IntakeWatch intake, DateTimeOffset now)
    {
        var (count, named) = (intake.Devices.Count, intake.Devices.Named);
        var shown = named.Take(TopicsShown).Select(
            d => $"{d.Device} for {Span(TimeSpan.FromTicks(now.UtcTicks - d.SinceTicks))} ({d.Reason.Word()})").ToList();
        var (reason, last) = (named[0].Reason, intake.Last(named[0].Reason));
        return new AgentTrouble(
            $"source {source.Name}: {count} device{(count == 1 ? " sends" : "s send")} only what cannot be used, and nobody judges "
                + $"{(count == 1 ? "it" : "them")}: {string.Join(", ", shown)}"
                + (count > shown.Count ? $" and {count - shown.Count} more" : "") + (last is null ? "" : $"; last: {Show(last)}"),
            (last is null ? null : RemedyByForm(reason, last.Form)) ?? reason.Explain(source.Options).Remedy);
    }

    /// <summary>Where a payload is in another format, what it is says more of what to do than what it is not; null: it does not.</summary>
    private static string? RemedyByForm(DecodeFailure reason, PayloadForm form)
    {
        if (reason is not (DecodeFailure.BadJson or DecodeFailure.NotAnObject or DecodeFailure.UnknownFormat or DecodeFailure.BadLine
            or DecodeFailure.BadCsv or DecodeFailure.BadCbor or DecodeFailure.BadMessagePack))
            return null;
        return form switch
        {
            PayloadForm.Cbor => "set decode = \"cbor\"",
            PayloadForm.MessagePack => "set decode = \"msgpack\"",
            PayloadForm.Sparkplug => "set decode = \"sparkplug-b\"",
            PayloadForm.LineProtocol => "set decode = \"influx\"",
            PayloadForm.Number => "set decode = \"scalar\"",
            PayloadForm.Xml => "have the sender publish one of the formats of docs/messages.md",
            PayloadForm.DecimalComma or PayloadForm.LeadingZero or PayloadForm.SingleQuotes or PayloadForm.JsonInText or PayloadForm.CutJson
                when reason == DecodeFailure.BadJson => "have the sender write JSON as its standard says",
            // Of what auto reads, only a bare number comes to this.
            PayloadForm.DecimalComma when reason == DecodeFailure.UnknownFormat => "set decimal_comma = true",
            _ => null,
        };
    }

    private static string Topics(IReadOnlyList<string> topics) => topics.Count <= TopicsShown
        ? string.Join(" or ", topics) : $"{string.Join(" or ", topics.Take(TopicsShown))} or {topics.Count - TopicsShown} more";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A span in words.</summary>
    public static string Span(TimeSpan span) => span.TotalMinutes < 1.5 ? $"{Math.Max(1, span.TotalSeconds):0} s"
        : span.TotalHours < 2 ? $"{span.TotalMinutes:0} min" : $"{span.TotalHours:0} h";
}
