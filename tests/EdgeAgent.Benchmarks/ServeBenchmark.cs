using System.Diagnostics;

namespace EdgeAgent.Benchmarks;

/// <summary>
/// Requests at a steady rate to a program that serves the demo's model: what a minute of them takes, and whether memory and the slowest
/// hundredth stay where they were. A request that comes late for its turn counts from when it should have been sent.
/// </summary>
internal static class ServeBenchmark
{
    private const int Rate = 1000, Connections = 8;
    private static readonly string Data = string.Join(',', Enumerable.Repeat("0.5", 40));

    public static async Task<int> Run(string binary, int minutes)
    {
        var port = LoopbackPort.Free();
        var folder = Directory.CreateTempSubdirectory("edgeagent-serve-");
        var file = Path.Combine(folder.FullName, "edgeagent.toml");
        await File.WriteAllTextAsync(file, $$"""
            agent = { state = "state", runtime = "runtime" }
            [sources.pumps]
            mqtt = { url = "mqtt://127.0.0.1:1", topics = ["plant/+/telemetry"] }
            channels = "values.*"
            [detectors.pump-health]
            source = "pumps"
            model = "{{Bench.Model}}"
            [upstream]
            mqtt = { url = "mqtt://127.0.0.1:1" }
            [serve]
            listen = "127.0.0.1:{{port}}"
            """);
        using var agent = Process.Start(new ProcessStartInfo(binary, ["run", "-c", file]) { RedirectStandardError = true })!;
        _ = agent.StandardError.ReadToEndAsync();
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections });
            var root = new Uri($"http://127.0.0.1:{port}");
            while (!await IsReady(http, root)) await Task.Delay(100);
            for (var minute = 1; minute <= minutes; minute++)
            {
                var (times, failed) = await Minute(http, new Uri(root, "/v2/models/pump-health/infer"));
                Array.Sort(times);
                Console.WriteLine(
                    $"minute {minute}: {times.Length} answered, {failed} failed, median {times[times.Length / 2]:0.00} ms, "
                        + $"P99 {times[times.Length * 99 / 100]:0.00} ms, resident {Bench.Usage(agent.Id).ResidentKiB / 1024.0:0.00} MiB");
            }
            return 0;
        }
        finally
        {
            agent.Kill();
            await agent.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(double[] Times, int Failed)> Minute(HttpClient http, Uri infer)
    {
        var (began, total, next, failed) = (Stopwatch.GetTimestamp(), 60 * Rate, -1, 0);
        var times = new double[total];
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i < total)
            {
                var due = TimeSpan.FromSeconds(i / (double)Rate);
                if (due - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } early) await Task.Delay(early);
                using var content = new StringContent(
                    $$"""{"inputs":[{"name":"features","shape":[1,40],"datatype":"FP32","data":[{{Data}}]}]}""");
                using var answer = await http.PostAsync(infer, content);
                if (!answer.IsSuccessStatusCode) Interlocked.Increment(ref failed);
                await answer.Content.LoadIntoBufferAsync();
                times[i] = (Stopwatch.GetElapsedTime(began) - due).TotalMilliseconds;
            }
        })));
        return (times, failed);
    }

    private static async Task<bool> IsReady(HttpClient http, Uri root)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(root, "/v2/health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
