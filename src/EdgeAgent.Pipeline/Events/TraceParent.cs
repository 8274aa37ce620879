using System.Buffers;
using System.Globalization;

namespace EdgeAgent.Pipeline.Events;

/// <summary>
/// Makes the W3C trace context of an event, https://www.w3.org/TR/trace-context/. All reports of one anomaly are spans of one
/// trace. It follows from the event's id, so every attempt carries the same.
/// </summary>
internal static class TraceParent
{
    private const int TraceIdLength = 32;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <param name="eventId"><c>ANOMALYID-N</c>, or <c>sWINDOWID</c> for a scored window.</param>
    /// <returns>Null for an id of another form, such as a gap report's.</returns>
    public static string? Of(string eventId)
    {
        var id = eventId.AsSpan().TrimStart('s');
        if (id.Length < TraceIdLength) return null;
        var traceId = id[..TraceIdLength];
        if (traceId.ContainsAnyExcept(HexDigits)) return null;
        var span = 1ul;
        if (id.Length > TraceIdLength + 1
            && !ulong.TryParse(id[(TraceIdLength + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out span)) return null;
        return $"00-{traceId}-{span:x16}-01";
    }
}
