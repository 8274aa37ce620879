using System.Text;
using System.Text.Json;

namespace EdgeAgent.Demo;

/// <summary>The demo as lines of JSON, for programs.</summary>
internal sealed class JsonDemoView(TextWriter output) : IDemoView
{
    public TimeSpan Interval => TimeSpan.FromSeconds(1);

    public void Begin(string brokerUrl, DemoPlant plant, double speed) => Write("started", json =>
    {
        json.WriteString("broker", brokerUrl);
        json.WriteNumber("devices", plant.Devices.Count);
        json.WriteNumber("readings", plant.Messages.Count);
        json.WriteNumber("speed", speed);
    });

    public void Show(DemoSnapshot snapshot, DemoStatistics statistics) => Write("status", json => WriteFigures(json, snapshot));

    public void Event(DemoEvent e) => Write("event", json =>
    {
        json.WriteString("kind", e.Kind);
        json.WriteString("device", e.Device);
        json.WriteString("severity", e.Severity);
        json.WriteNumber("score", Math.Round(e.Score, 3));
        json.WriteString("time", e.Time);
        json.WriteString("cause", e.Cause);
    });

    public void End(DemoSnapshot snapshot, string ledger) => Write("summary", json =>
    {
        WriteFigures(json, snapshot);
        json.WriteString("ledger", ledger);
    });

    private static void WriteFigures(Utf8JsonWriter json, DemoSnapshot s)
    {
        json.WriteNumber("seconds", Math.Round(s.Elapsed.TotalSeconds, 2));
        json.WriteNumber("progress", Math.Round(s.Progress, 3));
        json.WriteNumber("readings", s.Readings);
        json.WriteNumber("readingsPerSecond", Math.Round(s.ReadingsPerSecond, 1));
        json.WriteNumber("bytesIn", s.BytesIn);
        json.WriteNumber("bytesForwarded", s.BytesForwarded);
        json.WriteNumber("savedPercent", Math.Round(s.SavedPercent, 2));
        json.WriteNumber("opened", s.Opened);
        json.WriteNumber("closed", s.Closed);
        json.WriteNumber("events", s.Events);
        json.WriteNumber("latencyMedianMs", Math.Round(s.LatencyMedianMs, 2));
        json.WriteNumber("latencyP99Ms", Math.Round(s.LatencyP99Ms, 2));
    }

    private void Write(string type, Action<Utf8JsonWriter> content)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            content(json);
            json.WriteEndObject();
        }
        lock (output)
            output.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }
}
