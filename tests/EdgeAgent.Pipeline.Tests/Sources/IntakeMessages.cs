using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Sources;

/// <summary>Messages in the words of a test.</summary>
internal static class IntakeMessages
{
    public static IntakeOutcome Take(
        this RowIntake intake, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long arrivalTicks, IAcknowledger? acknowledger,
        int token, bool mayRepeat, out int parts, ReadOnlySpan<byte> device = default)
    {
        var message = new IncomingMessage
        {
            Topic = topic, Payload = payload, Device = device, ArrivalTicks = arrivalTicks, MayRepeat = mayRepeat,
        };
        return intake.Take(message, acknowledger, token, out parts);
    }
}
