using EdgeAgent.Cli;

namespace EdgeAgent.Demo;

/// <summary>The demo in plain lines, for pipes, logs and terminals without cursor.</summary>
internal sealed class PlainDemoView(TextWriter output) : IDemoView
{
    public TimeSpan Interval => TimeSpan.FromSeconds(2);

    public void Begin(string brokerUrl, DemoPlant plant, double speed) =>
        Write($"broker {brokerUrl}; {plant.Devices.Count} pumps, {plant.Messages.Count} readings of {plant.Length.TotalMinutes:0} minutes "
            + $"at {speed:0.#} times their speed");

    public void Show(DemoSnapshot s, DemoStatistics statistics) =>
        Write($"{s.Progress * 100,3:0} %  {s.ReadingsPerSecond,6:0} readings/s  "
            + string.Join("  ", statistics.Devices.Select(d => $"{d.Key} {Score(d.Value)}"))
            + $"  in {DemoText.Bytes(s.BytesIn)}, forwarded {DemoText.Bytes(s.BytesForwarded)}  latency {s.LatencyMedianMs:0.0} ms");

    public void Event(DemoEvent e) => Write($"{e.Time:HH:mm:ss} {e.Kind,-7} {e.Device} {e.Severity} score {e.Score:0.0}  {e.Cause}");

    public void End(DemoSnapshot s, string ledger)
    {
        foreach (var line in DemoText.Summary(s, ledger))
            Write(line);
    }

    private static string Score(DemoStatistics.DeviceView device) => device.Judged == 0 ? "calibrating" : $"{device.Score:0.00}{(device.IsOpen ? "!" : "")}";

    private void Write(string line)
    {
        lock (output)
            output.WriteLine(Words.Printable(line));
    }
}
