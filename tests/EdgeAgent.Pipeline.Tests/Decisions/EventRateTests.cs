using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Decisions;

/// <summary>Events stay as rare as a model promises, whatever the scores are like.</summary>
public class EventRateTests
{
    private static readonly long Start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    /// <summary>Heavy tails, a share of high scores, and a rhythm that brings one an hour: no threshold knew of them.</summary>
    [Theory]
    [InlineData("tails", 1.0)]
    [InlineData("share", 1.0)]
    [InlineData("rhythm", 1.0)]
    [InlineData("tails", 0.2)]
    [InlineData("rhythm", 6.0)]
    public void No_more_events_come_than_promised_as_long_as_the_limit_is_not_reached(string scores, double eventsADay)
    {
        var promise = new ManifestPromise { EventsADay = (float)eventsADay, Raise = 0.25f, Limit = 100 };
        var random = new Random(4);
        float Next(int minute) => scores switch
        {
            "tails" => (float)(0.05 / Math.Pow(random.NextDouble(), 0.6)),
            "share" => random.NextDouble() < 0.01 ? 1 + (float)random.NextDouble() : 0,
            _ => minute % 60 == 0 ? 2.5f : 0,
        };
        var time = TimeSpan.FromDays(60);

        var events = Events(new EventRate(promise), Next, (int)time.TotalMinutes);
        var without = Events(new EventRate(null), Next, (int)time.TotalMinutes);

        Assert.InRange(events, 1, promise.EventsADay * time.TotalDays + EventsAtFirst(scores));
        Assert.True(without > 2 * events, $"{without} without a promise, {events} with it");
    }

    /// <summary>What the threshold takes in: no score of these lies further out than so many steps of it, but tails.</summary>
    private static int EventsAtFirst(string scores) => scores == "tails" ? 60 : 7;

    [Fact]
    public void At_its_limit_the_threshold_stays_and_that_is_told_once()
    {
        var rate = new EventRate(new ManifestPromise { EventsADay = 1, Raise = 0.2f, Limit = 0.5f });
        var told = 0;
        for (var second = 0; second < 40; second++)
            if (rate.Note(Start + second * TimeSpan.TicksPerSecond, isOpen: second % 2 == 1)) told++;

        Assert.Equal(1.5f, rate.Factor, 1e-4f);
        Assert.Equal(1, told);
    }

    [Fact]
    public void Calm_takes_back_a_step_in_the_time_that_the_promise_has_for_an_event_at_any_rate_of_readings()
    {
        var promise = new ManifestPromise { EventsADay = 24, Raise = 0.2f, Limit = 0.5f };
        foreach (var stepTicks in new[] { TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond, 5 * TimeSpan.TicksPerMinute })
        {
            var (rate, half) = (Behind(promise, events: 2), TimeSpan.TicksPerHour / 2);
            Assert.Equal(1.4f, rate.Factor, 1e-4f);
            for (var at = stepTicks; at <= half; at += stepTicks)
                rate.Note(Start + 3 + at, isOpen: false);
            Assert.Equal(1.3f, rate.Factor, 1e-3f);
        }
    }

    [Fact]
    public void A_device_that_was_silent_has_not_shown_that_it_was_calm()
    {
        var rate = Behind(new ManifestPromise { EventsADay = 1, Raise = 0.24f, Limit = 0.48f }, events: 2);
        rate.Note(Start + 365 * TimeSpan.TicksPerDay, isOpen: false);
        Assert.Equal(1.47f, rate.Factor, 1e-3f);
        // A clock that was set back takes nothing back, either.
        rate.Note(Start, isOpen: false);
        Assert.Equal(1.47f, rate.Factor, 1e-3f);
    }

    [Fact]
    public void An_open_event_is_measured_by_what_opened_it()
    {
        var rate = new EventRate(new ManifestPromise { EventsADay = 1, Raise = 0.2f, Limit = 1 });
        rate.Note(Start, isOpen: false);
        for (var second = 1; second < 100; second++)
        {
            rate.Note(Start + second, isOpen: true);
            Assert.Equal(1, rate.Factor);
        }
        rate.Note(Start + 100, isOpen: false);
        Assert.Equal(1.2f, rate.Factor, 1e-4f);
    }

    [Fact]
    public void While_an_event_is_open_its_threshold_does_not_come_down()
    {
        var rate = Behind(new ManifestPromise { EventsADay = 24, Raise = 0.2f, Limit = 1 }, events: 2);
        var opened = rate.Factor;
        for (var minute = 0; minute <= 60; minute++)
        {
            rate.Note(Start + 5 + minute * TimeSpan.TicksPerMinute, isOpen: true);
            Assert.Equal(opened, rate.Factor);
        }
    }

    [Fact]
    public void An_event_that_only_a_rule_opened_does_not_raise_the_threshold_of_the_model()
    {
        var manifest = TinyBundle.Sum("a") with
        {
            Output = new ManifestOutput { One = 100 },
            Decision = new ManifestDecision { Promise = new ManifestPromise { EventsADay = 1, Raise = 0.2f, Limit = 1 } },
        };
        using var bench = new LaneBench(
            manifest: manifest, rules: [new RuleOptions { When = "a > 5", Severity = Severity.Critical }]);
        bench.Send(6, 0, 7, 0, 8, 0, 0);
        Assert.Equal(3, bench.Events.Count(e => e.Kind == EventKind.Opened));
        Assert.Equal(1, Rate(bench).Factor);

        // The same rule opens it, and the model would have.
        bench.Send(6, 200, 0, 0);
        Assert.Equal(1.2f, Rate(bench).Factor, 1e-3f);
    }

    private static EventRate Rate(LaneBench bench) => Some.Track(bench.Device("pump-7")).Detectors[0].EventRate;

    [Fact]
    public void Another_promise_goes_on_from_where_the_threshold_is()
    {
        var rate = Behind(new ManifestPromise { EventsADay = 1, Raise = 0.2f, Limit = 1 }, events: 4);
        Assert.Equal(1.8f, rate.Factor, 1e-4f);
        Assert.Equal(1.3f, rate.Under(new ManifestPromise { Raise = 0.1f, Limit = 0.3f }).Factor, 1e-4f);
        Assert.Equal(1, rate.Under(null).Factor);
    }

    private static EventRate Behind(ManifestPromise promise, int events)
    {
        var rate = new EventRate(promise);
        for (var i = 0; i < 2 * events; i++)
            rate.Note(Start + i, isOpen: i % 2 == 0);
        rate.Note(Start + 2 * events, isOpen: false);
        return rate;
    }

    private static int Events(EventRate rate, Func<int, float> next, int minutes)
    {
        var (events, isOpen) = (0, false);
        for (var minute = 0; minute < minutes; minute++)
        {
            rate.Note(Start + minute * TimeSpan.TicksPerMinute, isOpen);
            var isAnomalous = next(minute) / rate.Factor >= 1;
            if (isAnomalous && !isOpen) events++;
            isOpen = isAnomalous;
        }
        return events;
    }
}
