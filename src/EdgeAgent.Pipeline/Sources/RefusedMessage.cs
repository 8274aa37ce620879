using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Sources;

/// <summary>A message that could not be used, to be shown. Immutable; free for all threads.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Form">What its payload looks like.</param>
/// <param name="Topic">The first 200 bytes of its topic.</param>
/// <param name="Begin">The first 80 bytes of its payload, as they may be shown.</param>
/// <param name="Ticks">UTC ticks of its arrival.</param>
internal sealed record RefusedMessage(DecodeFailure Reason, PayloadForm Form, string Topic, string Begin, long Ticks)
{
    private const int TopicBytes = 200;
    private const int BeginBytes = 80;

    public static RefusedMessage Of(DecodeFailure reason, PayloadForm form, in IncomingMessage message) => new(
        reason, form, PrintableText.Of(message.Topic, TopicBytes), PrintableText.Of(message.Payload, BeginBytes), message.ArrivalTicks);
}
