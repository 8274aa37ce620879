using System.Diagnostics;
using EdgeAgent.Cli;
using EdgeAgent.Hosting;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline;
using EdgeAgent.Recordings;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Demo;

/// <summary>
/// The main job on one machine: sensors that play recordings, a broker, the very pipeline that <c>run</c> runs, and a
/// consumer. Leaves nothing behind.
/// </summary>
internal static class DemoRun
{
    private const string Loopback = "127.0.0.1";
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(10);

    /// <exception cref="RecordingException">There is nothing to play.</exception>
    /// <exception cref="BundleException">The model cannot be used.</exception>
    public static async Task<int> RunAsync(DemoRequest request, IDemoView view, CancellationToken cancel)
    {
        var plant = DemoPlant.Load(RecordingFiles.Find(request.Recordings.Length > 0 ? request.Recordings : [DemoFiles.Recordings()]));
        var model = Path.GetFullPath(request.Model ?? DemoFiles.Model());
        _ = ModelBundle.Load(model);
        var folder = Directory.CreateTempSubdirectory("edgeagent-demo-");
        try
        {
            await using var broker = await DemoBroker.StartAsync().ConfigureAwait(false);
            return await PlayAsync(request, plant, DemoConfiguration.Load(folder.FullName, broker.Url, model), broker, view, cancel)
                .ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> PlayAsync(
        DemoRequest request, DemoPlant plant, AgentOptions options, DemoBroker broker, IDemoView view, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var statistics = new DemoStatistics();
        view.Begin(broker.Url, plant, request.Speed);
        await using var consumer = new DemoConsumer(Loopback, broker.Port, (demoEvent, bytes) =>
        {
            statistics.Received(demoEvent, bytes);
            view.Event(demoEvent);
        });
        await consumer.StartAsync().ConfigureAwait(false);
        await using var pipeline = new AgentPipeline(options, TimeProvider.System, NullLoggerFactory.Instance, statistics);
        pipeline.Start();
        await UntilAsync(() => pipeline.Sources.All(s => s.Counters.IsConnected), SettleLimit).ConfigureAwait(false);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (request.Duration is { } duration) end.CancelAfter(duration);
        var sensors = new DemoSensors(plant, Loopback, broker.Port, request.Speed, statistics).RunAsync(end.Token);
        DemoSnapshot? last = null;
        while (!sensors.IsCompleted)
        {
            last = DemoSnapshot.Take(pipeline, statistics, watch.Elapsed, plant.Messages.Count, last);
            view.Show(last, statistics);
            await Task.WhenAny(sensors, Task.Delay(view.Interval, CancellationToken.None)).ConfigureAwait(false);
        }
        await sensors.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await SettleAsync(pipeline, statistics).ConfigureAwait(false);

        last = DemoSnapshot.Take(pipeline, statistics, watch.Elapsed, plant.Messages.Count, before: null);
        view.Show(last, statistics);
        view.End(last, LedgerLine.Of(pipeline));
        return sensors.IsFaulted ? ExitCodes.Failed : ExitCodes.Fine;
    }

    /// <summary>Waits until what was sent has been judged, and what was found has arrived at the consumer.</summary>
    private static async Task SettleAsync(AgentPipeline pipeline, DemoStatistics statistics)
    {
        await UntilAsync(() => pipeline.Lanes.Sum(l => l.Counters.Received) >= statistics.SentCount, SettleLimit).ConfigureAwait(false);
        await pipeline.DeliverAsync(SettleLimit).ConfigureAwait(false);
        await UntilAsync(() => statistics.EventCount >= pipeline.Outbox.Delivered, SettleLimit).ConfigureAwait(false);
    }

    private static async Task UntilAsync(Func<bool> isSo, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (!isSo() && watch.Elapsed < limit)
            await Task.Delay(5).ConfigureAwait(false);
    }
}
