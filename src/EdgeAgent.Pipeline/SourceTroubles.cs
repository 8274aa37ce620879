using System.Globalization;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline;

/// <summary>What is wrong with what a source brings, or does not bring.</summary>
internal static class SourceTroubles
{
    /// <summary>A source that is connected for so long and has never received anything is asked about.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromMinutes(1);
    private const int TopicsShown = 3;

    public static IEnumerable<AgentTrouble> Find(ISource source, DateTimeOffset now)
    {
        if (!source.Counters.IsConnected) yield break;
        if (SilentFor(source, now) is { } silent)
            yield return new AgentTrouble(
                $"source {source.Name} has been connected for {Span(silent)}, and nothing has come on {Topics(source.Heard!.Filters)}",
                "check the topics, upper and lower case included, and that devices publish to this broker now");
        if (source.Intake?.Recent(now.UtcTicks) is { IsTrouble: true } share)
            yield return Unusable(source, share);
    }

    /// <summary>For how long a connected source has waited for its first message, once it is too long; null: it has not.</summary>
    public static TimeSpan? SilentFor(ISource source, DateTimeOffset now)
    {
        if (!source.Counters.IsConnected || source.Heard is not { Heard: 0 } || source.Counters.ChangedTicks == 0) return null;
        var silent = TimeSpan.FromTicks(now.UtcTicks - source.Counters.ChangedTicks);
        return silent >= SilenceLimit ? silent : null;
    }

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
                + $"{Span(TimeSpan.FromTicks(share.SpanTicks))} cannot be used: {share.Reason.Word()} ({explained.What})"
                + (last is null ? "" : $"; last: {Show(last)}"),
            last is null ? explained.Remedy : RemedyByForm(share.Reason, last.Form) ?? explained.Remedy);
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

    private static string Span(TimeSpan span) => span.TotalMinutes < 1.5 ? $"{Math.Max(1, span.TotalSeconds):0} s"
        : span.TotalHours < 2 ? $"{span.TotalMinutes:0} min" : $"{span.TotalHours:0} h";
}
