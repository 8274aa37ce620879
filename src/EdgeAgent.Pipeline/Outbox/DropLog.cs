using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Store;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Logs what had to make room: the first at once, and then once a minute all since, for a full outbox drops with each commit. Belongs to
/// the outbox's owner.
/// </summary>
internal sealed partial class DropLog(long limit, TimeProvider time, ILogger logger)
{
    private const int DevicesTold = 4;
    private const int DevicesLimit = 256;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly SortedDictionary<Severity, int> _severities = [];
    private readonly Dictionary<string, int> _devices = new(StringComparer.Ordinal);
    private int _count;
    private long _toldAt;

    public void Note(IReadOnlyList<StoredRow> rows)
    {
        foreach (var row in rows)
        {
            _count++;
            _severities[row.Severity] = _severities.GetValueOrDefault(row.Severity) + 1;
            if (row.Device.Length > 0 && (_devices.Count < DevicesLimit || _devices.ContainsKey(row.Device)))
                _devices[row.Device] = _devices.GetValueOrDefault(row.Device) + 1;
        }
    }

    /// <summary>Logs what is noted, if it is time to.</summary>
    public void Tell()
    {
        if (_count == 0 || (_toldAt != 0 && time.GetElapsedTime(_toldAt) < Every)) return;
        EventsDropped(_count == 1 ? "1 event" : $"{_count} events", Severities(), Devices(), limit);
        _toldAt = time.GetTimestamp();
        _count = 0;
        _severities.Clear();
        _devices.Clear();
    }

    /// <summary>How many of which severity, such as <c>3 info, 12 critical</c>.</summary>
    private string Severities() => string.Join(", ", _severities.Select(s => $"{s.Value} {CloudEventEncoder.SeverityName(s.Key)}"));

    private string Devices()
    {
        if (_devices.Count == 0) return "";
        var named = _devices.OrderByDescending(d => d.Value).Take(DevicesTold).Select(d => VisibleText.Of(d.Key));
        var more = _devices.Count > DevicesTold ? $" and {_devices.Count - DevicesTold} more" : "";
        return $" of {string.Join(", ", named)}{more}";
    }

    [LoggerMessage(LogLevel.Error, "the outbox is full ({Limit} bytes, or too little free beside it), so of the lowest severity there is "
        + "those devices that owe most give way: {Events} dropped ({Severities}){Devices}; raise upstream.buffer.size, free space or see "
        + "why upstream is away")]
    private partial void EventsDropped(string events, string severities, string devices, long limit);
}
