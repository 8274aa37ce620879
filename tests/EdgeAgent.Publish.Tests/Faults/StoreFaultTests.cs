using System.Diagnostics;
using Xunit.Abstractions;

namespace EdgeAgent.Publish.Tests.Faults;

/// <summary>
/// The kernel's answers about the outbox's files, forged by strace under the published agent: each reading has its event, and
/// the agent goes on by itself.
/// </summary>
public sealed class StoreFaultTests(ITestOutputHelper output)
{
    private const int Rigs = 2, Devices = 3, Fsyncs = 50;
    private static readonly TimeSpan PatienceLimit = TimeSpan.FromMinutes(1);

    /// <summary>One fault in one life of an agent, in the words of strace.</summary>
    private sealed record Fault(string Name, string Injection);

    [Fact]
    public async Task A_disk_that_fails_is_full_or_stands_still_costs_no_reading_and_the_agent_goes_on()
    {
        var seed = Seed.Take(output);
        var faults = Choose(new Random(seed), Seed.Rounds(10));
        var watch = Stopwatch.StartNew();
        var told = await Task.WhenAll(Enumerable.Range(0, Rigs).Select(rig => Task.Factory.StartNew(
            () => Run(seed + rig, [.. faults.Where((_, i) => i % Rigs == rig)]), TaskCreationOptions.LongRunning)));
        output.WriteLine($"{faults.Count} faults in {watch.Elapsed.TotalSeconds:0} s\n{string.Join('\n', told)}");
    }

    /// <summary>
    /// Of ten: seven failing syncs, each another of the first 50, two full disks and one that stands still. 72 have all 50.
    /// </summary>
    private static List<Fault> Choose(Random random, int count)
    {
        var syncs = new Queue<int>(Enumerable.Range(1, Fsyncs).OrderBy(_ => random.Next()));
        return [.. Enumerable.Range(0, count).Select(i => (i % 10) switch
        {
            4 or 7 => Full(random.Next(1, 150)),
            9 => Still(random.Next(1, Fsyncs + 1)),
            _ => Failing(syncs.TryDequeue(out var n) ? n : random.Next(1, Fsyncs + 1)),
        })];

        static Fault Full(int n) => new($"full at write {n} to {n + 30}", $"pwrite64:error=ENOSPC:when={n}..{n + 30}");
        static Fault Still(int n) => new($"3 s in sync {n}", $"fsync,fdatasync:delay_enter=3000000:when={n}");
        static Fault Failing(int n) => new($"EIO at sync {n}", $"fsync,fdatasync:error=EIO:when={n}");
    }

    private static string Run(int seed, List<Fault> faults)
    {
        var random = new Random(seed);
        var (killed, refusals) = (0, 0);
        using var plant = new FaultPlant(seed, Devices);
        // The hub is there and silent, so that every event goes to disk.
        plant.Hub.Signal("STOP");
        try
        {
            foreach (var (fault, number) in faults.Select((f, i) => (f, i)))
            {
                var hint = $"seed {seed}, fault {number}: {fault.Name}";
                var trace = plant.File($"trace-{number}");
                using var agent = plant.StartAgent(
                    "strace", "-D", "-f", "--seccomp-bpf", "-o", trace, "-P", plant.Store, "-P", $"{plant.Store}-wal",
                    "-e", "trace=fsync,fdatasync,pwrite64", "-e", $"inject={fault.Injection}");
                SendUntil(plant, () => HasGoneOn(trace), () => $"{hint}: {Tail(trace)}\n{agent.Errors}");
                if (agent.Errors.Contains("cannot be written to disk", StringComparison.Ordinal))
                {
                    agent.WaitFor("events are written to disk again");
                    refusals++;
                }
                if (random.Next(2) == 0)
                {
                    agent.Kill();
                    killed++;
                }
                else
                {
                    Assert.True(agent.Terminate() == 0, $"{hint}\n{agent.Errors}");
                    Books.Read(agent.Errors);
                }
            }
        }
        finally
        {
            plant.Hub.Signal("CONT");
        }
        plant.EndSensors();
        using var last = plant.StartAgent();
        plant.Settle(last, $"seed {seed}");
        return $"seed {seed}: {string.Join(", ", faults.Select(f => f.Name))}; {refusals} told by the agent, {killed} lives ended by SIGKILL; "
            + $"{plant.Ledger.Sent} readings, none lost, {plant.Ledger.Repeats} events came more than once";
    }

    private static void SendUntil(FaultPlant plant, Func<bool> holds, Func<string> what)
    {
        var watch = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(watch.Elapsed < PatienceLimit, what());
            plant.SendBursts(4);
            Thread.Sleep(20);
        }
    }

    /// <summary>Whether the fault has been, and after it the log was synced.</summary>
    private static bool HasGoneOn(string trace)
    {
        var lines = Lines(trace);
        var last = lines.FindLastIndex(
            l => l.Contains("INJECTED", StringComparison.Ordinal) || l.Contains("DELAYED", StringComparison.Ordinal));
        return last >= 0
            && lines.Skip(last + 1).Any(l => l.Contains("sync", StringComparison.Ordinal) && l.EndsWith("= 0", StringComparison.Ordinal));
    }

    private static string Tail(string trace) => string.Join('\n', Lines(trace).TakeLast(20));

    private static List<string> Lines(string trace)
    {
        if (!File.Exists(trace)) return [];
        using var reader = new StreamReader(new FileStream(trace, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. reader.ReadToEnd().Split('\n')];
    }
}
