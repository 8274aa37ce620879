using System.Globalization;
using EdgeAgent.Cli;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Replay;

/// <summary>The first anomalies of a replay, each as its last event told it; of further ones only their number is known.</summary>
internal sealed class AnomalyList
{
    private const int Limit = 20;

    private readonly List<AnomalyEvent> _first = [];

    public int Opened { get; private set; }

    public void Take(AnomalyEvent anomaly)
    {
        if (anomaly.Kind == EventKind.Scored) return;
        if (anomaly.Kind == EventKind.Opened && Opened++ < Limit) _first.Add(anomaly);
        else if (_first.FindIndex(a => a.AnomalyId == anomaly.AnomalyId) is >= 0 and var known) _first[known] = anomaly;
    }

    public void Print(TextWriter output)
    {
        if (_first.Count == 0) return;
        var table = new TextTable("device", "detector", "begin", "end", ">peak", "severity");
        foreach (var anomaly in _first)
            table.Add(
                anomaly.Device, anomaly.Detector, Time(anomaly.StartedTicks),
                anomaly.Kind == EventKind.Closed ? Time(anomaly.EndedTicks ?? anomaly.TimeTicks) : "still open",
                anomaly.Peak.ToString("0.00", CultureInfo.InvariantCulture), anomaly.Severity.ToString().ToLowerInvariant());
        table.Print(output, "  ");
        if (Opened > _first.Count) output.WriteLine($"  … {Words.Count(Opened - _first.Count)} more; --events FILE writes all");
    }

    private static string Time(long ticks) =>
        new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
