namespace EdgeAgent.Demo;

/// <summary>Wording that the demo's views share.</summary>
internal static class DemoText
{
    public static string Bytes(long bytes) => bytes switch
    {
        < 10_000 => $"{bytes} B",
        < 10_000_000 => $"{bytes / 1000.0:0.0} kB",
        _ => $"{bytes / 1e6:0.0} MB",
    };

    public static IEnumerable<string> Summary(DemoSnapshot s, string ledger) =>
    [
        $"{s.Readings} readings judged in {s.Elapsed.TotalSeconds:0.0} s; {s.Opened} anomalies opened, {s.Closed} closed, {s.Events} "
            + $"events delivered",
        $"{Bytes(s.BytesIn)} came in, {Bytes(s.BytesForwarded)} were forwarded: {s.SavedPercent:0.0} % fewer",
        $"from sensor to verdict: median {s.LatencyMedianMs:0.0} ms, 99 % within {s.LatencyP99Ms:0.0} ms",
        ledger,
    ];
}
