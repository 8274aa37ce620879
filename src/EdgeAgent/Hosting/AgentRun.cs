using EdgeAgent.Control;
using EdgeAgent.Demo;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Hosting;

/// <summary>The pipeline on one configuration, with what lets it be asked; a reload ends it and begins another.</summary>
internal sealed class AgentRun : IAsyncDisposable
{
    private readonly ControlPlane _control;
    private readonly DemoPlantRun? _demo;

    private AgentRun(AgentOptions configured, AgentOptions options, AgentPipeline pipeline, ControlPlane control, DemoPlantRun? demo) =>
        (Configured, Options, Pipeline, _control, _demo) = (configured, options, pipeline, control, demo);

    /// <summary>The configuration as it was written.</summary>
    public AgentOptions Configured { get; }
    /// <summary>The same with the demo's part, if it plays.</summary>
    public AgentOptions Options { get; }
    public AgentPipeline Pipeline { get; }
    public AgentHealth Health => _control.Health;

    /// <summary>Takes the state folder and begins to work.</summary>
    /// <exception cref="IOException">The state folder cannot be used.</exception>
    public static async Task<AgentRun> StartAsync(AgentOptions configured, TimeProvider time, ILoggerFactory logs, IJudgementObserver? observer)
    {
        var demo = configured.IsDemo ? await DemoPlantRun.StartAsync(configured, logs.CreateLogger("demo")).ConfigureAwait(false) : null;
        AgentPipeline? pipeline = null;
        try
        {
            var options = demo?.Options ?? configured;
            pipeline = new AgentPipeline(options, time, logs, observer, isWarm: true,
                guard: options.Gpio.Guard ? GuardProcess.Of(options.Gpio.Driver, time) : null);
            pipeline.Start();
            var control = await ControlPlane.StartAsync(options, pipeline, time, logs).ConfigureAwait(false);
            return new AgentRun(configured, options, pipeline, control, demo);
        }
        catch
        {
            if (pipeline is not null) await pipeline.DisposeAsync().ConfigureAwait(false);
            if (demo is not null) await demo.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What it does, in a line for the service manager.</summary>
    public string Status()
    {
        var sources = Pipeline.Sources;
        var troubles = Health.Troubles();
        return $"{Health.Word}: {sources.Count(s => s.Counters.IsConnected)} of {sources.Count} sources connected, {sources.Sum(s => s.Devices)} devices, {Pipeline.Outbox.Owed} events owed"
            + (Options.IsDemo ? "; plays the demo, for no source is configured" : "")
            + (troubles.Count > 0 ? $"; {troubles[0]}" : "");
    }

    public async ValueTask DisposeAsync()
    {
        await _control.DisposeAsync().ConfigureAwait(false);
        await Pipeline.DisposeAsync().ConfigureAwait(false);
        if (_demo is not null) await _demo.DisposeAsync().ConfigureAwait(false);
    }
}
