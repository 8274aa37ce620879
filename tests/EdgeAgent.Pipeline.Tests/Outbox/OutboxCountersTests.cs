using EdgeAgent.Pipeline.Outbox;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Outbox;

public sealed class OutboxCountersTests(ITestOutputHelper output)
{
    [Fact]
    public void Whatever_happens_appended_and_recovered_are_delivered_owed_or_dropped_and_nothing_is_lost()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        for (var round = 0; round < 6; round++)
            PlayOne(new Random(seed + round));
    }

    private static void PlayOne(Random random)
    {
        using var bench = new OutboxBench(o => (o.InFlightLimit, o.GroupCommit) = (8, TimeSpan.FromMilliseconds(3)));
        var underWay = new List<OutboxItem>();
        var (appended, delivered) = (new HashSet<string>(), new HashSet<string>());
        var (released, isUp) = (new List<(string Id, Func<bool> IsReleased)>(), false);
        for (var step = 0; step < 2500; step++)
        {
            switch (random.Next(100))
            {
                case < 45:
                    var id = $"{appended.Count}";
                    appended.Add(id);
                    released.Add((id, bench.Append(id, random.Next(300))));
                    break;
                case < 70:
                    if (bench.Outbox.Owed.TryRead(out var taken)) underWay.Add(taken);
                    break;
                case < 90:
                    if (underWay.Count > 0) Settle(random.Next(underWay.Count), random.Next(4) > 0);
                    break;
                case < 94:
                    bench.Outbox.SetLink(isUp = !isUp);
                    break;
                case < 97:
                    Thread.Sleep(random.Next(5));
                    break;
                case 98:
                    Report();
                    break;
                case 97 when random.Next(4) == 0:
                    Restart();
                    break;
            }
        }
        Restart();
        bench.Outbox.SetLink(true);
        while (delivered.Count < appended.Count)
        {
            underWay.Add(bench.Take());
            Settle(underWay.Count - 1, isAcknowledged: true);
        }
        Some.Until(() => bench.Counters.Owed == 0, "books that close");
        Assert.Equal(new OutboxReport(0, 0, 0), Report());
        Assert.Equal(appended, delivered);
        Assert.All(released, r => Assert.True(r.IsReleased(), $"event {r.Id} was never released"));

        // What lies there and what the counters leave are counted apart.
        OutboxReport Report()
        {
            var report = bench.Outbox.AskAsync().Result;
            Assert.Equal(bench.Counters.Owed, report.Entries);
            Assert.Equal(report.Entries == 0, report.Bytes == 0);
            Assert.Equal(report.Entries == 0, report.OldestTicks == 0);
            return report;
        }

        void Settle(int index, bool isAcknowledged)
        {
            var entry = underWay[index];
            underWay.RemoveAt(index);
            if (!isAcknowledged)
            {
                bench.Outbox.Return(entry);
                return;
            }
            delivered.Add(entry.Id);
            bench.Outbox.Acknowledge(entry);
        }

        void Restart()
        {
            bench.Outbox.Stop();
            var counters = bench.Counters;
            Assert.Equal(bench.Rows(), counters.Owed);
            Assert.All(released, r => Assert.True(r.IsReleased(), $"event {r.Id} was not safe at the stop"));
            underWay.Clear();
            bench.Reopen();
            Assert.Equal(counters.Owed, bench.Counters.Recovered);
            bench.Outbox.SetLink(isUp);
        }
    }
}
