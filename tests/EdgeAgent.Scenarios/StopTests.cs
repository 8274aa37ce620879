using EdgeAgent.Configuration;
using EdgeAgent.Hosting;
using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Pipeline.Windows;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Scenarios;

/// <summary>How a run ends that could not stop in good order.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task A_lane_that_breaks_over_what_it_holds_at_the_stop_is_a_failure()
    {
        using var scenario = new Scenario();
        scenario.Configure();
        await scenario.Sensors.Start();
        using var lane = new BreaksAtTheStop();
        var options = ConfigurationFile.Load(scenario.ConfigurationFile, new Dictionary<string, string>()).Options!;
        using var service = new AgentService(options, TimeProvider.System, NullLoggerFactory.Instance, new NoLifetime(), lane);
        await service.StartAsync(CancellationToken.None);
        await Eventually.Holds(() => scenario.Ask("status", "--json").Result is (0, var said) && said.Contains("\"connected\":true"), () => "no connection");
        await Plant.Publish(scenario.Sensors, 0, Plant.Readings);
        await Eventually.Holds(() => lane.IsHolding, () => "nothing is judged");

        var before = Environment.ExitCode;
        try
        {
            var stop = service.StopAsync(CancellationToken.None);
            lane.Break();
            await stop;

            Assert.Equal(1, Environment.ExitCode);
        }
        finally
        {
            Environment.ExitCode = before;
        }
    }

    /// <summary>Holds its lane at the first judgement, and throws when it is let go.</summary>
    private sealed class BreaksAtTheStop : IJudgementObserver, IDisposable
    {
        private readonly ManualResetEventSlim _stop = new();

        public bool IsHolding { get; private set; }

        public void Judged(DetectorTrack track, long timeTicks, float score)
        {
            IsHolding = true;
            _stop.Wait();
            throw new InvalidOperationException("broken at the stop");
        }

        public void Break() => _stop.Set();

        public void Dispose() => _stop.Dispose();
    }

    private sealed class NoLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;
        public CancellationToken ApplicationStopping => default;
        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }
}
