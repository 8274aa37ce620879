using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Replay;

/// <summary>Writes events as JSON lines: the very bytes that the live agent would send.</summary>
internal sealed class EventLines(AgentOptions options, string? file) : IEventSink, IDisposable
{
    private readonly CloudEventEncoder _encoder = new(new AgentIdentity(options.Site, options.Id));
    private readonly FileStream? _stream = file is null ? null : File.Create(file);

    public AnomalyList Anomalies { get; } = new();
    public int Opened => Anomalies.Opened;
    public int Events { get; private set; }
    public long Bytes { get; private set; }

    public void Take(AnomalyEvent anomaly, EventReceipt? receipt)
    {
        Events++;
        Anomalies.Take(anomaly);
        var line = _encoder.Encode(anomaly);
        Bytes += line.Length;
        _stream?.Write(line);
        _stream?.WriteByte((byte)'\n');
    }

    public void Dispose() => _stream?.Dispose();
}
