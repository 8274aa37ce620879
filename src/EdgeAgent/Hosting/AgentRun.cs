using EdgeAgent.Control;
using EdgeAgent.Control.Status;
using EdgeAgent.Demo;
using EdgeAgent.Inference.Trials;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Hosting;

/// <summary>The pipeline with what lets it be asked. It takes most reloads while it runs; others end it and begin another.</summary>
internal sealed class AgentRun : IAsyncDisposable
{
    private readonly ControlPlane _control;
    private readonly DemoPlantRun? _demo;

    private readonly IBundleTrials? _trials;

    private AgentRun(
        AgentOptions configured, AgentPipeline pipeline, ControlPlane control, DemoPlantRun? demo, IBundleTrials? trials) =>
        (Configured, Pipeline, _control, _demo, _trials) = (configured, pipeline, control, demo, trials);

    /// <summary>The configuration as it was written, without the demo's part.</summary>
    public AgentOptions Configured { get; private set; }
    public AgentPipeline Pipeline { get; }
    public AgentHealth Health => _control.Health;

    /// <summary>Takes the state folder and begins to work.</summary>
    /// <exception cref="IOException">The state folder cannot be used.</exception>
    public static async Task<AgentRun> StartAsync(
        AgentOptions configured, AgentLife life, TimeProvider time, ILoggerFactory logs, IJudgementObserver? observer,
        IBundleTrials? trials = null)
    {
        var demo = configured.IsDemo ? await DemoPlantRun.StartAsync(configured, logs.CreateLogger("demo")).ConfigureAwait(false) : null;
        AgentPipeline? pipeline = null;
        try
        {
            var options = demo?.Options ?? configured;
            pipeline = new AgentPipeline(options, time, logs, observer, isWarm: true,
                guard: options.Gpio.Guard ? GuardProcess.Of(options.Gpio.Driver, time) : null, trials: trials);
            pipeline.Start();
            var control = await ControlPlane.StartAsync(pipeline, life, time, logs, trials).ConfigureAwait(false);
            return new AgentRun(configured, pipeline, control, demo, trials);
        }
        catch
        {
            if (pipeline is not null) await pipeline.DisposeAsync().ConfigureAwait(false);
            if (demo is not null) await demo.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What differs between the configuration that runs and the next one.</summary>
    public ConfigurationDifference DifferenceTo(ReadConfiguration next) => _demo is null && !next.Options.IsDemo
        ? Pipeline.DifferenceTo(next.Text) : new ConfigurationDifference(new ConfigurationText(Configured), next.Text);

    /// <summary>Whether something that is configured could not be had, so that even the same configuration is worth taking over.</summary>
    public bool IsIncomplete => _control.Trouble is not null;

    /// <summary>Whether the difference can be made while the agent runs; otherwise it begins anew.</summary>
    public bool CanChange(ConfigurationDifference difference) => _demo is null && !difference.IsEverything;

    /// <summary>Goes on with the next configuration; what is the same in both runs on untouched.</summary>
    public async Task ChangeAsync(ReadConfiguration next, ConfigurationDifference difference, CancellationToken cancel)
    {
        var (listen, before) = (next.Options.Health.Listen, Configured.Health.Listen);
        // A port that could not be had before is no reason to refuse the rest.
        if (!await _control.ListenAsync(listen).ConfigureAwait(false) && listen != before)
            throw new InvalidOperationException($"health.listen: {listen} cannot be listened on");
        try
        {
            await Pipeline.ChangeAsync(next.Options, next.Text, difference, cancel).ConfigureAwait(false);
        }
        catch
        {
            await _control.ListenAsync(before).ConfigureAwait(false);
            throw;
        }
        if (difference.IsServingChanged || _control.ServingTrouble is not null
            || difference.IsDetectionChanged && next.Options.Serve.Listen is not null)
            await _control.ServeAsync(next.Options, _trials).ConfigureAwait(false);
        Configured = next.Options;
    }

    /// <summary>What it does, in a line for the service manager.</summary>
    public string Status()
    {
        var sources = Pipeline.Sources;
        var troubles = Health.Troubles();
        return $"{Health.Word}: {sources.Count(s => s.Counters.IsConnected)} of {sources.Count} sources connected, "
            + $"{sources.Sum(s => s.Devices)} devices, {Pipeline.Outbox.Owed} events owed"
            + (_demo is not null ? "; plays the demo, for no source is configured" : "")
            + (troubles.Count > 0 ? $"; {troubles[0]}" : "");
    }

    public async ValueTask DisposeAsync()
    {
        await _control.DisposeAsync().ConfigureAwait(false);
        await Pipeline.DisposeAsync().ConfigureAwait(false);
        if (_demo is not null) await _demo.DisposeAsync().ConfigureAwait(false);
    }
}
