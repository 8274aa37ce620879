using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Control.Status;

/// <summary>An anomaly that is open, and for how long its device has been silent.</summary>
internal sealed record OpenAnomalyStatus
{
    /// <summary>A plant in trouble has many; the answer stays small.</summary>
    public const int Limit = 100;

    public required string Device { get; init; }
    public required string Detector { get; init; }
    public required string AnomalyId { get; init; }
    public required string Severity { get; init; }
    /// <summary>The worst score so far.</summary>
    public required double Peak { get; init; }
    public required DateTimeOffset Started { get; init; }
    /// <summary>Event time of the device's last reading.</summary>
    public required DateTimeOffset LastReading { get; init; }
    /// <summary>How long ago that is by this machine's clock; 0 where the device's clock is ahead.</summary>
    public required double SilentSeconds { get; init; }

    /// <summary>Those silent for longest first.</summary>
    public static IReadOnlyList<OpenAnomalyStatus> Of(IEnumerable<OpenAnomaly> open, DateTimeOffset now) =>
        [.. open.OrderBy(o => o.LastReadingTicks).ThenBy(o => o.Device, StringComparer.Ordinal)
            .ThenBy(o => o.Detector, StringComparer.Ordinal).Take(Limit).Select(o => new OpenAnomalyStatus
        {
            Device = o.Device,
            Detector = o.Detector,
            AnomalyId = o.AnomalyId,
            Severity = CloudEventEncoder.SeverityName(o.Severity),
            Peak = double.IsFinite(o.Peak) ? Math.Round(o.Peak, 3) : 0,
            Started = new DateTimeOffset(o.StartedTicks, TimeSpan.Zero),
            LastReading = new DateTimeOffset(o.LastReadingTicks, TimeSpan.Zero),
            SilentSeconds = Math.Round(TimeSpan.FromTicks(Math.Max(0, now.UtcTicks - o.LastReadingTicks)).TotalSeconds, 1),
        })];
}
