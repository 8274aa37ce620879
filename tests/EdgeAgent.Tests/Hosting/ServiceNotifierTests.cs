using System.Diagnostics;
using System.Globalization;
using EdgeAgent.Hosting;

namespace EdgeAgent.Tests.Hosting;

public sealed class ServiceNotifierTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_state_is_one_datagram_to_the_managers_socket(bool isAbstract)
    {
        using var manager = new FakeManager(isAbstract);
        using var notifier = Notifier(manager.Address);

        notifier.Ready("two sources");
        notifier.Alive();
        notifier.ExtendTimeout(TimeSpan.FromSeconds(1.5));
        notifier.Stopping();

        string[] expected = ["READY=1\nSTATUS=two sources", "WATCHDOG=1", "EXTEND_TIMEOUT_USEC=1500000", "STOPPING=1\nSTATUS=stopping"];
        Until(() => manager.Said.Count == 4);
        Assert.Equal(expected, manager.Said);
    }

    [Fact]
    public void A_reload_carries_the_monotonic_time_in_microseconds()
    {
        using var manager = new FakeManager();
        using var notifier = Notifier(manager.Address);
        var before = MonotonicMicroseconds();

        notifier.Reloading();

        Until(() => manager.Said.Count == 1);
        var lines = manager.Said[0].Split('\n');
        Assert.Equal("RELOADING=1", lines[0]);
        Assert.InRange(long.Parse(lines[1]["MONOTONIC_USEC=".Length..], CultureInfo.InvariantCulture), before, MonotonicMicroseconds());
    }

    [Fact]
    public void A_status_is_sent_when_it_differs_and_always_on_one_line()
    {
        using var manager = new FakeManager();
        using var notifier = Notifier(manager.Address);

        notifier.Ready("healthy");
        notifier.Status("healthy");
        notifier.Status("degraded:\nREADY=1");
        notifier.Status("degraded:\nREADY=1");

        Until(() => manager.Said.Count == 2);
        Assert.Equal(@"STATUS=degraded:\nREADY=1", manager.Said[1]);
    }

    [Fact]
    public void A_manager_that_is_gone_costs_nothing()
    {
        var manager = new FakeManager();
        using var notifier = Notifier(manager.Address);
        manager.Dispose();

        notifier.Ready("healthy");
        notifier.Alive();

        Assert.True(notifier.IsHeard);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_manager_nothing_is_said(string? address)
    {
        using var notifier = Notifier(address);

        notifier.Ready("healthy");

        Assert.False(notifier.IsHeard);
    }

    [Fact]
    public void An_address_that_no_socket_can_have_is_left_alone() => Assert.False(Notifier("/" + new string('x', 300)).IsHeard);

    [Theory]
    [InlineData("30000000", null, 30)]
    [InlineData("30000000", "7", 30)]
    [InlineData("30000000", "8", 0)]
    [InlineData("soon", null, 0)]
    [InlineData(null, null, 0)]
    public void The_watchdog_is_the_managers_if_it_means_this_process(string? microseconds, string? process, int seconds)
    {
        var variables = new Dictionary<string, string?>
        {
            ["NOTIFY_SOCKET"] = "@nobody", ["WATCHDOG_USEC"] = microseconds, ["WATCHDOG_PID"] = process,
        };

        using var notifier = ServiceNotifier.From(variables.GetValueOrDefault, process: 7);

        Assert.Equal(TimeSpan.FromSeconds(seconds), notifier.Watchdog);
    }

    private static ServiceNotifier Notifier(string? address) =>
        ServiceNotifier.From(name => name == "NOTIFY_SOCKET" ? address : null, process: 7);

    /// <summary>As the kernel tells it to others, not by the way that the program takes.</summary>
    private static long MonotonicMicroseconds()
    {
        // The clock line of the kernel's timer list is for root only; Python's clock is the very system call.
        using var python = Process.Start(new ProcessStartInfo(
            "python3", ["-c", "import time; print(time.clock_gettime_ns(time.CLOCK_MONOTONIC)//1000)"]) { RedirectStandardOutput = true })!;
        return long.Parse(python.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
    }

    private static void Until(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "it was not said");
            Thread.Sleep(5);
        }
    }
}
