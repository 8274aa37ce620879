using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Events;

/// <summary>Writes events as CloudEvents 1.0 in structured JSON mode. One owner at a time.</summary>
internal sealed class CloudEventEncoder(AgentIdentity identity)
{
    public const string ContentType = "application/cloudevents+json";

    /// <summary>Devices that a record of drops names for each reason and severity.</summary>
    private const int DevicesNamed = 8;

    // Units such as °C stay one character; what is escaped regardless is what JSON itself demands.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly string _source = $"/edgeagent/{Uri.EscapeDataString(identity.Site)}/{Uri.EscapeDataString(identity.Agent)}";

    /// <summary>Writes an event. The bytes are valid until the next call.</summary>
    /// <param name="anomaly">The event.</param>
    /// <param name="isClockSynced">Whether the clock behind its times is set; null: the times are not from this machine.</param>
    public ReadOnlySpan<byte> Encode(AnomalyEvent anomaly, bool? isClockSynced = null)
    {
        _buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_buffer, WriterOptions);
        json.WriteStartObject();
        json.WriteString("specversion", "1.0");
        json.WriteString("type", TypeOf(anomaly.Kind));
        json.WriteString("source", _source);
        json.WriteString("subject", anomaly.Device);
        json.WriteString("id", anomaly.Id);
        WriteTime(json, "time", anomaly.TimeTicks);
        json.WriteString("datacontenttype", "application/json");
        if (anomaly.AnomalyId.Length > 0) json.WriteString("anomalyid", anomaly.AnomalyId);
        json.WriteStartObject("data");
        if (isClockSynced is { } synced) json.WriteString("clock", synced ? "synced" : "unsynced");
        WriteData(json, anomaly);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return _buffer.WrittenSpan;
    }

    /// <summary>Writes a report of events that were given up. The bytes are valid until the next call.</summary>
    public ReadOnlySpan<byte> EncodeGaps(string id, long nowTicks, IReadOnlyList<Gap> gaps)
    {
        _buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_buffer, WriterOptions);
        json.WriteStartObject();
        json.WriteString("specversion", "1.0");
        json.WriteString("type", "io.edgeagent.events.dropped");
        json.WriteString("source", _source);
        json.WriteString("subject", identity.Agent);
        json.WriteString("id", id);
        WriteTime(json, "time", nowTicks);
        json.WriteString("datacontenttype", "application/json");
        json.WriteStartObject("data");
        json.WriteNumber("count", gaps.Sum(g => g.Count));
        WriteTime(json, "first", gaps.Min(g => g.FirstTicks));
        WriteTime(json, "last", gaps.Max(g => g.LastTicks));
        json.WriteStartArray("dropped");
        foreach (var alike in gaps.GroupBy(g => (g.Reason, g.Severity)))
        {
            var gap = alike.Aggregate((a, b) => a + b);
            json.WriteStartObject();
            json.WriteString("reason", gap.Reason);
            json.WriteString("severity", gap.Severity == Gap.UnknownSeverity ? "unknown" : SeverityName(gap.Severity));
            json.WriteNumber("count", gap.Count);
            WriteTime(json, "first", gap.FirstTicks);
            WriteTime(json, "last", gap.LastTicks);
            WriteDevices(json, [.. alike.Where(g => g.Device.Length > 0).OrderByDescending(g => g.Count)]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return _buffer.WrittenSpan;
    }

    /// <summary>A few of those that lost most, and how many there are.</summary>
    private static void WriteDevices(Utf8JsonWriter json, List<Gap> ofDevices)
    {
        if (ofDevices.Count == 0) return;
        json.WriteNumber("deviceCount", ofDevices.Count);
        json.WriteStartArray("devices");
        foreach (var gap in ofDevices.Take(DevicesNamed))
        {
            json.WriteStartObject();
            json.WriteString("device", gap.Device);
            json.WriteNumber("count", gap.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string TypeOf(EventKind kind) => kind switch
    {
        EventKind.Opened => "io.edgeagent.anomaly.opened",
        EventKind.Updated => "io.edgeagent.anomaly.updated",
        EventKind.Closed => "io.edgeagent.anomaly.closed",
        _ => "io.edgeagent.window.scored",
    };

    private static void WriteData(Utf8JsonWriter json, AnomalyEvent anomaly)
    {
        json.WriteString("device", anomaly.Device);
        json.WriteString("detector", anomaly.Detector);
        json.WriteString("model", anomaly.Model);
        json.WriteString("modelVersion", anomaly.ModelVersion);
        WriteNumber(json, "score", anomaly.Score);
        if (anomaly.Kind == EventKind.Scored) return;
        json.WriteString("severity", SeverityName(anomaly.Severity));
        if (anomaly.Rule is not null) json.WriteString("rule", anomaly.Rule);
        WriteTime(json, "started", anomaly.StartedTicks);
        if (anomaly.EndedTicks is { } ended) WriteTime(json, "ended", ended);
        if (anomaly.ClosedBecause is not null) json.WriteString("closedBecause", anomaly.ClosedBecause);
        WriteCalibration(json, anomaly);
        json.WriteStartObject("peak");
        WriteNumber(json, "score", anomaly.Peak);
        WriteTime(json, "time", anomaly.PeakTicks);
        json.WriteEndObject();
        WriteChannels(json, anomaly.Channels);
        WriteFeatures(json, anomaly);
        WriteMeasured(json, anomaly);
    }

    private static void WriteCalibration(Utf8JsonWriter json, AnomalyEvent anomaly)
    {
        // Where nothing is learned there is nothing to tell.
        if (anomaly.Calibration is not { Readings: > 0 } calibration) return;
        json.WriteStartObject("calibration");
        json.WriteString("state", calibration.State switch
        {
            CalibrationState.Provisional => "provisional",
            CalibrationState.Unsteady => "unsteady",
            _ => "steady",
        });
        json.WriteNumber("readings", calibration.Readings);
        WriteTime(json, "since", calibration.SinceTicks);
        json.WriteEndObject();
    }

    private static void WriteChannels(Utf8JsonWriter json, IReadOnlyList<ChannelCause> channels)
    {
        json.WriteStartArray("channels");
        foreach (var channel in channels)
        {
            json.WriteStartObject();
            json.WriteString("name", channel.Name);
            if (channel.Unit is not null) json.WriteString("unit", channel.Unit);
            if (channel.Feature is not null) json.WriteString("feature", channel.Feature);
            WriteNumber(json, "value", channel.Value);
            WriteNumber(json, "expected", channel.Expected);
            WriteNumber(json, "share", channel.Share);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteFeatures(Utf8JsonWriter json, AnomalyEvent anomaly)
    {
        if (anomaly.FeatureNames.Count == 0) return;
        json.WriteStartObject("features");
        for (var i = 0; i < anomaly.FeatureNames.Count; i++)
            WriteNumber(json, anomaly.FeatureNames[i], anomaly.Features[i]);
        json.WriteEndObject();
    }

    private static void WriteMeasured(Utf8JsonWriter json, AnomalyEvent anomaly)
    {
        if (anomaly.Measured.Count == 0) return;
        json.WriteStartObject("measured");
        for (var i = 0; i < anomaly.Measured.Count; i++)
        {
            json.WriteStartObject(anomaly.FeatureNames[i]);
            WriteNumber(json, "value", anomaly.Measured[i].Value);
            WriteNumber(json, "expected", anomaly.Measured[i].Expected);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>Writes five significant digits: all that a sensor knows, and small on a thin link.</summary>
    private static void WriteNumber(Utf8JsonWriter json, string name, float value)
    {
        json.WritePropertyName(name);
        if (!float.IsFinite(value))
        {
            json.WriteNullValue();
            return;
        }
        Span<byte> text = stackalloc byte[32];
        value.TryFormat(text, out var length, "G5", CultureInfo.InvariantCulture);
        json.WriteRawValue(text[..length], skipInputValidation: true);
    }

    private static void WriteTime(Utf8JsonWriter json, string name, long ticks) =>
        json.WriteString(name, new DateTime(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc));

    public static string SeverityName(Severity severity) => severity switch
    {
        Severity.Critical => "critical",
        Severity.Warning => "warning",
        _ => "info",
    };
}
