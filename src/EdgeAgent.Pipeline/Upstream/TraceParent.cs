using System.Globalization;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>
/// The W3C trace context of an event, https://www.w3.org/TR/trace-context/: all reports of one anomaly are spans of one
/// trace. Made from the event's id, so every attempt carries the same.
/// </summary>
internal static class TraceParent
{
    private const int TraceIdLength = 32;

    /// <param name="eventId"><c>ANOMALYID-N</c>, or <c>sWINDOWID</c> for a scored window.</param>
    public static string Of(string eventId)
    {
        var id = eventId.AsSpan().TrimStart('s');
        var traceId = id[..TraceIdLength];
        var span = id.Length > TraceIdLength + 1 ? ulong.Parse(id[(TraceIdLength + 1)..], CultureInfo.InvariantCulture) : 1;
        return $"00-{traceId}-{span:x16}-01";
    }
}
