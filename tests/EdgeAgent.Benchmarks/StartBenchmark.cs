using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Benchmarks;

/// <summary>
/// From the start of the process to its first SUBSCRIBE at a listener that answers CONNECT, and resident memory then, with
/// the demo's model. Medians of several starts.
/// </summary>
internal static class StartBenchmark
{
    private const int Starts = 11;

    public static async Task<int> Run(string binary)
    {
        var times = new double[Starts];
        var memory = new long[Starts];
        for (var i = 0; i < Starts; i++)
            (times[i], memory[i]) = await Start(binary);
        Array.Sort(times);
        Array.Sort(memory);
        Console.WriteLine($"start to first subscription: median {times[Starts / 2]:0} ms ({times[0]:0} to {times[^1]:0})");
        Console.WriteLine($"resident memory with the demo's model: median {memory[Starts / 2] / 1024.0:0.0} MiB");
        return 0;
    }

    private static async Task<(double Milliseconds, long ResidentKiB)> Start(string binary)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var folder = Directory.CreateTempSubdirectory("edgeagent-start-");
        var file = Path.Combine(folder.FullName, "edgeagent.toml");
        // Upstream is away: it must not count.
        await File.WriteAllTextAsync(file, $$"""
            agent = { state = "state", runtime = "runtime" }
            [sources.pumps]
            mqtt = { url = "mqtt://127.0.0.1:{{port}}", topics = ["plant/+/telemetry"] }
            channels = "values.*"
            [detectors.pump-health]
            source = "pumps"
            model = "{{Bench.Model}}"
            [upstream]
            mqtt = { url = "mqtt://127.0.0.1:1" }
            """);
        var watch = Stopwatch.StartNew();
        using var agent = Process.Start(new ProcessStartInfo(binary, ["run", "-c", file]) { RedirectStandardError = true })!;
        _ = agent.StandardError.ReadToEndAsync();
        try
        {
            using var connection = await listener.AcceptTcpClientAsync();
            var stream = connection.GetStream();
            var buffer = new byte[1024];
            _ = await stream.ReadAsync(buffer);
            await stream.WriteAsync(new byte[] { 0x20, 3, 0, 0, 0 });
            _ = await stream.ReadAsync(buffer);
            var milliseconds = watch.Elapsed.TotalMilliseconds;
            await Task.Delay(1000);
            return (milliseconds, Bench.Usage(agent.Id).ResidentKiB);
        }
        finally
        {
            agent.Kill();
            await agent.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }
}
