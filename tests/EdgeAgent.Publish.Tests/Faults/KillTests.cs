using System.Diagnostics;
using Xunit.Abstractions;

namespace EdgeAgent.Publish.Tests.Faults;

/// <summary>SIGKILL at random moments, between two real brokers and under load: each reading has its event, and few come twice.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Rigs = 2, Devices = 3, BurstLimit = 24, LifeLimitMs = 150;

    /// <summary>The sensors wait when the hub is this many events behind: what is asked here is what a kill costs, not the speed.</summary>
    private const int BehindLimit = 4000;

    /// <summary>What one kill may cost: what is under way to the hub, and the batch that each lane has in hand and judges again.</summary>
    private const int RepeatsLimit = FaultPlant.InFlight + (FaultPlant.Lanes * FaultPlant.BatchMessages);

    [Fact]
    public async Task Killed_at_any_moment_the_published_agent_loses_no_reading_and_repeats_few_events()
    {
        var seed = Seed.Take(output);
        var kills = Seed.Rounds(200);
        var watch = Stopwatch.StartNew();
        var told = new string[Rigs];
        var rigs = Enumerable.Range(0, Rigs)
            .Select(rig => Task.Factory.StartNew(() => told[rig] = Run(seed + rig, (kills + rig) / Rigs), TaskCreationOptions.LongRunning))
            .ToArray();
        await Task.WhenAll(rigs);
        output.WriteLine($"{kills} kills in {watch.Elapsed.TotalSeconds:0} s\n{string.Join('\n', told)}");
    }

    private static string Run(int seed, int kills)
    {
        var random = new Random(seed);
        using var plant = new FaultPlant(seed, Devices);
        using var stop = new CancellationTokenSource();
        var sensors = Task.Factory.StartNew(() => SendUntil(plant, stop.Token), TaskCreationOptions.LongRunning);
        var (unborn, away, before, worst) = (0, 0, 0, 0);
        try
        {
            for (var kill = 0; kill < kills; kill++)
            {
                // In three of ten lives the hub is there and silent, so that events go to disk; then they drain under further kills.
                if (kill % 10 == 6) plant.Hub.Signal("STOP");
                if (kill % 10 == 9) plant.Hub.Signal("CONT");
                away += kill % 10 is > 5 and < 9 ? 1 : 0;
                using var agent = plant.StartAgent();
                // Every fifth is killed while it starts.
                if (random.Next(5) != 0) agent.WaitFor("source pumps subscribed");
                else unborn++;
                Thread.Sleep(random.Next(LifeLimitMs));
                agent.Kill();
                worst = Math.Max(worst, plant.Ledger.Repeats - before);
                before = plant.Ledger.Repeats;
            }
        }
        finally
        {
            plant.Hub.Signal("CONT");
            stop.Cancel();
            sensors.Wait();
        }
        plant.EndSensors();
        using var last = plant.StartAgent();
        plant.Settle(last, $"seed {seed}, {kills} kills");

        var ledger = plant.Ledger;
        Assert.True(ledger.Sent > kills * 10, $"only {ledger.Sent} readings for {kills} kills");
        Assert.InRange(ledger.Repeats, 0, kills * RepeatsLimit);
        return $"seed {seed}: {kills} kills, {unborn} of them while it started, {away} with a silent hub; {ledger.Sent} readings, "
            + $"none lost; "
            + $"{ledger.Repeats} of {ledger.Events} events came more than once, {worst} between two kills at most";
    }

    private static void SendUntil(FaultPlant plant, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (plant.Ledger.Sent - plant.Ledger.Heard < BehindLimit) plant.SendBursts(BurstLimit);
            Thread.Sleep(15);
        }
    }
}
